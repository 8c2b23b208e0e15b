import { join } from 'node:path'
import { z } from 'zod'
import { type Environment, readSecretFile } from './environment.js'
import { readPrivateFile, writePrivateFile } from './secrets-file.js'

const connection = z.object({
  url: z.string().nullable(),
  app_id: z.string().nullable(),
  publishable_key: z.string().nullable(),
  owner_email: z.string().nullable(),
})

/** How to reach the server of a data folder from the same machine; it holds no secret key and no password. */
export interface LocalConnection {
  /** Null before the first start. */
  readonly url: string | null
  readonly appId: string | null
  readonly publishableKey: string | null
  readonly ownerEmail: string | null
}

const CONNECTION_FILE = 'connection.json'

/** What the server of this data folder wrote when it started last, if it ever did. */
export function readLocalConnection(dataFolder: string): LocalConnection | undefined {
  const content = readPrivateFile(join(dataFolder, CONNECTION_FILE))
  if (content === undefined) return undefined
  const found = connection.parse(JSON.parse(content))
  return {
    url: found.url,
    appId: found.app_id,
    publishableKey: found.publishable_key,
    ownerEmail: found.owner_email,
  }
}

/** Leaves the address of this server for `chat` and `tui` on the same machine (0600). */
export function writeLocalConnection(dataFolder: string, found: LocalConnection): void {
  const entry: z.output<typeof connection> = {
    url: found.url,
    app_id: found.appId,
    publishable_key: found.publishableKey,
    owner_email: found.ownerEmail,
  }
  writePrivateFile(join(dataFolder, CONNECTION_FILE), `${JSON.stringify(entry, undefined, 2)}\n`)
}

/** What a command that talks to a running server was told, before it looks for itself. */
export interface ClientSettings {
  readonly url: string | undefined
  readonly token: string | undefined
  readonly appId: string | undefined
  readonly apiKey: string | undefined
}

/** Client settings of the environment; a `…_FILE` that cannot be read is added to `faults`. */
export function clientSettings(env: Environment, faults: string[]): ClientSettings {
  const fromFile = (name: string) => {
    const path = env[name]
    return path ? readSecretFile(path, name, faults)?.value : undefined
  }
  return {
    url: env.REPLYHQ_URL || undefined,
    token: env.REPLYHQ_TOKEN || fromFile('REPLYHQ_TOKEN_FILE'),
    appId: env.REPLYHQ_APP_ID || undefined,
    apiKey: env.REPLYHQ_API_KEY || fromFile('REPLYHQ_API_KEY_FILE'),
  }
}
