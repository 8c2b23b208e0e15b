import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { GivenSecrets } from './schema.js'

const madeSecrets = z.object({
  jwt_access_secret: z.string().min(32),
  jwt_refresh_secret: z.string().min(32),
  link_secret: z.string().min(32),
})

/** The secrets that a running instance needs. */
export interface InstanceSecrets {
  readonly jwtAccessSecret: string
  readonly jwtRefreshSecret: string
  readonly linkSecret: string
  /** Of the endpoint that bots use; there is none to make. */
  readonly openaiApiKey?: string
  /** Shared with the host application; each verifies its tokens. */
  readonly authJwtSecret?: readonly string[]
  readonly internalApiSecret?: string
  /** Signs what goes to the receiver of the settings. */
  readonly webhookSecret?: string
  /** Signs web push. */
  readonly pushVapidPrivateKey?: string
  /** Opens /metrics. */
  readonly metricsToken?: string
}

type MadeSecrets = Pick<InstanceSecrets, 'jwtAccessSecret' | 'jwtRefreshSecret' | 'linkSecret'>

const SECRETS_FILE = 'secrets.json'

/**
 * The secrets of an instance: those given, else those in `secrets.json` of its data folder, which is made (0600) when
 * it is not there. Throws when the file is there and cannot be used, because new secrets would end every login.
 */
export function provideSecrets(dataFolder: string, given: GivenSecrets): InstanceSecrets {
  const path = join(dataFolder, SECRETS_FILE)
  const { jwtAccessSecret, jwtRefreshSecret, linkSecret } = given
  const shared = sharedSecrets(given)
  if (jwtAccessSecret && jwtRefreshSecret && linkSecret)
    return { jwtAccessSecret, jwtRefreshSecret, linkSecret, ...shared }
  const made = readSecrets(path) ?? writeSecrets(path)
  return {
    jwtAccessSecret: jwtAccessSecret ?? made.jwt_access_secret,
    jwtRefreshSecret: jwtRefreshSecret ?? made.jwt_refresh_secret,
    linkSecret: linkSecret ?? made.link_secret,
    ...shared,
  }
}

/** Those that another party knows too, so that there is none to make. */
function sharedSecrets(given: GivenSecrets): Omit<InstanceSecrets, keyof MadeSecrets> {
  const { openaiApiKey, authJwtSecret, internalApiSecret, webhookSecret, pushVapidPrivateKey, metricsToken } =
    given
  return {
    ...(openaiApiKey === undefined ? {} : { openaiApiKey }),
    ...(authJwtSecret === undefined ? {} : { authJwtSecret }),
    ...(internalApiSecret === undefined ? {} : { internalApiSecret }),
    ...(webhookSecret === undefined ? {} : { webhookSecret }),
    ...(pushVapidPrivateKey === undefined ? {} : { pushVapidPrivateKey }),
    ...(metricsToken === undefined ? {} : { metricsToken }),
  }
}

function readSecrets(path: string): z.output<typeof madeSecrets> | undefined {
  const content = readPrivateFile(path)
  if (content === undefined) return undefined
  try {
    return madeSecrets.parse(JSON.parse(content))
  } catch (error) {
    const remedy = 'Restore it from a backup, or remove it to get new secrets, which ends every login.'
    throw new Error(`The secrets in ${path} cannot be used. ${remedy}`, { cause: error })
  }
}

function writeSecrets(path: string): z.output<typeof madeSecrets> {
  const secret = () => randomBytes(32).toString('base64url')
  const made = { jwt_access_secret: secret(), jwt_refresh_secret: secret(), link_secret: secret() }
  // Of nodes that start together on a new folder one is first, and all have its secrets.
  if (createPrivateFile(path, `${JSON.stringify(made, undefined, 2)}\n`)) return made
  return readSecrets(path) ?? writeSecrets(path)
}

/** The text of a file that only its owner may read, or nothing when it is not there; wider rights are taken back. */
export function readPrivateFile(path: string): string | undefined {
  try {
    const content = readFileSync(path, 'utf8')
    chmodSync(path, 0o600)
    return content
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a file that only its owner may read, whole or not at all; its folder is made (0700) when missing. */
export function writePrivateFile(path: string, content: string): void {
  renameSync(stagePrivateFile(path, content), path)
}

/** The same, but false and nothing changed where somebody made that file before. */
export function createPrivateFile(path: string, content: string): boolean {
  const staged = stagePrivateFile(path, content)
  try {
    linkSync(staged, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(staged)
  }
}

function stagePrivateFile(path: string, content: string): string {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
  // Processes in containers that share a folder have the same process id.
  const staged = `${path}.${randomBytes(6).toString('hex')}.new`
  const file = openSync(staged, 'wx', 0o600)
  try {
    writeSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return staged
}
