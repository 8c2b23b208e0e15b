import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

/** @typedef {{ id: string, name: string, email: string }} User */

const envFile = new URL('.env', import.meta.url)
if (existsSync(envFile)) process.loadEnvFile(envFile)
const environment = process.env

/** Everything that a deployment sets, read from the environment once. */
export const settings = {
  host: environment.HOST ?? '127.0.0.1',
  port: Number(environment.PORT ?? 4000),
  /** Where this server reaches the chat service. */
  chatUrl: new URL(environment.CHAT_URL ?? 'http://127.0.0.1:3000'),
  /** Where browsers reach it, for their sockets. */
  chatPublicUrl: new URL(environment.CHAT_PUBLIC_URL ?? environment.CHAT_URL ?? 'http://127.0.0.1:3000'),
  /** Signs the tokens of members; the chat service has the same. While it rotates, the first of several signs. */
  tokenSecret: new TextEncoder().encode(required('AUTH_JWT_SECRET').split(',')[0]),
  /** How long a page may use a token: it asks for another when it connects again. */
  tokenSeconds: Number(environment.TOKEN_SECONDS ?? 900),
  internalSecret: required('INTERNAL_API_SECRET'),
  webhookSecret: required('WEBHOOK_SECRET'),
  /** Signs this host's own sessions. It is never the secret of the tokens: a session must not open the chat. */
  sessionSecret: environment.SESSION_SECRET
    ? new TextEncoder().encode(environment.SESSION_SECRET)
    : randomBytes(32),
}

/** @type {User[]} An application of yours reads them from its database. */
export const users = JSON.parse(
  readFileSync(environment.USERS_FILE ?? new URL('users.json', import.meta.url), 'utf8'),
)

/** @param {string} name */
function required(name) {
  const value = environment[name]
  if (value) return value
  console.error(`Set ${name} to the same value as in the chat service. README.md shows how to make it.`)
  process.exit(1)
}
