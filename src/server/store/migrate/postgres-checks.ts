import type pg from 'pg'
import { databaseCode, unavailable } from '../errors.js'

/** The oldest version that is still tested against. */
const oldestMajor = 13

const network = /^E(CONN[A-Z]+|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)$/

/** Refuses a server that cannot be used, with a sentence that tells what to do. Errors: `unavailable`. */
export async function refuseUseless(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{
    version: string
    number: string
    standby: boolean
    readOnly: boolean
  }>(
    `select current_setting('server_version') as version, current_setting('server_version_num') as number,
       pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as "readOnly"`,
  )
  const [server] = rows
  if (server === undefined) return
  const old = oldVersion(Number(server.number), server.version)
  if (old !== null) throw unavailable(old)
  if (server.standby)
    throw unavailable('This Postgres is a standby and takes nothing. Give DATABASE_URL of its primary.')
  if (server.readOnly)
    throw unavailable(
      'This Postgres lets only read here: default_transaction_read_only is on, as hosts set it for a full disk. Give it space, or set it off for the database.',
    )
}

/** `number` is the server's own, such as 150018 for 15.18. */
export const oldVersion = (number: number, version: string): string | null =>
  number >= oldestMajor * 10_000
    ? null
    : `Postgres ${version} is too old: version ${oldestMajor} or later is needed. Upgrade the server, or give DATABASE_URL of another.`

/** What failed before anything was done, as a sentence; everything else is given back as it is. */
export function explainStart(error: unknown, url: string): unknown {
  const sentence = sentenceFor(databaseCode(error) ?? '', messageOf(error), url)
  return sentence === undefined ? error : unavailable(sentence, error)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function sentenceFor(code: string, message: string, url: string): string | undefined {
  const { host, name, user } = partsOf(url)
  if (network.test(code) || /timeout expired|Connection terminated/.test(message))
    return `Postgres does not answer at ${host} (${code || message}). Check that it runs and that DATABASE_URL is right.`
  if (code === '28000' && /no encryption|SSL off/i.test(message))
    return 'Postgres asks for TLS. Add ?sslmode=verify-full to DATABASE_URL.'
  if (code === '28P01' || code === '28000' || /password must be a string/.test(message))
    return `Postgres at ${host} refuses the user ${user} or the password of DATABASE_URL. Give postgres://user:password@host:port/database.`
  if (code === '3D000')
    return `Postgres at ${host} has no database ${name}. Create it (createdb ${name}), or correct DATABASE_URL.`
  if (code === '53300') return `Postgres at ${host} takes no more connections. Raise its max_connections.`
  if (code === '42501')
    return `The user ${user} may not create tables in the database ${name}. Make it the owner: alter database ${name} owner to ${user}; and, in that database, grant create on schema public to ${user};`
  if (/does not support SSL/.test(message))
    return 'This Postgres speaks no TLS. Take sslmode out of DATABASE_URL.'
  return undefined
}

function partsOf(url: string) {
  if (!URL.canParse(url)) return { host: 'the address of DATABASE_URL', name: 'it names', user: 'it names' }
  const { host, pathname, username } = new URL(url)
  const name = decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username)
  return { host: host || 'its socket', name, user: decodeURIComponent(username) || 'of this process' }
}
