import { readFile } from 'node:fs/promises'
import type { CryptoKey } from 'jose'
import { importPKCS8 } from 'jose/key/import'
import { z } from 'zod'
import { ConfigError } from '../../../config.js'

/** What lets this server speak for a Firebase project. */
export interface ServiceAccount {
  projectId: string
  email: string
  keyId: string | undefined
  /** RSA, to sign with. */
  key: CryptoKey
  tokenUrl: string
}

const contents = z.object({
  project_id: z.string().regex(/^[\w.:-]+$/),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/ }).default('https://oauth2.googleapis.com/token'),
})

/** Reads the JSON key of a service account. Throws ConfigError. */
export async function readServiceAccount(path: string): Promise<ServiceAccount> {
  const parsed = contents.safeParse(await json(path))
  if (!parsed.success)
    throw unusable(path, `has no usable ${parsed.error.issues[0]?.path.join('.') || 'object'}`)
  const { project_id, client_email, private_key, private_key_id, token_uri } = parsed.data
  const key = await importPKCS8(private_key, 'RS256').catch(() => {
    throw unusable(path, 'has a private_key that is no RSA key in PKCS #8')
  })
  return { projectId: project_id, email: client_email, keyId: private_key_id, key, tokenUrl: token_uri }
}

async function json(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unusable(path, `cannot be read (${error.code})`)
  })
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words may quote the key.
    throw unusable(path, 'is no JSON')
  }
}

const unusable = (path: string, why: string) =>
  new ConfigError([
    `PUSH_FCM_SERVICE_ACCOUNT_FILE: ${path} ${why}. Take the JSON key of a service account from the Firebase console.`,
  ])
