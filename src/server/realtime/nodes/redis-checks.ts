import type { Redis } from 'ioredis'
import { AppError } from '../../core/errors.js'
import { redisClient } from './redis-connection.js'

/** Streams came with version 5. */
const oldestMajor = 5

/**
 * Tries once whether a Redis can be used. Errors: `unavailable` with a sentence, when it does not answer, does not let
 * us in, or is of no use.
 */
export async function checkRedis(url: string, key: string): Promise<void> {
  const client = redisClient(url, { retryStrategy: () => null, commandTimeout: 5_000 })
  let failure: unknown
  client.on('error', (error) => {
    failure ??= error
  })
  try {
    await client.connect()
    // The number of a database is refused beside the connection, which goes on with number 0.
    await client.ping()
    if (failure !== undefined) throw failure
    const facts = await factsOf(client)
    refuseUseless(facts)
    await tryStream(client, key)
  } catch (error) {
    throw explain(failure ?? error, error, url)
  } finally {
    client.disconnect()
  }
}

type Facts = ReadonlyMap<string, string>

/** A user without the right to INFO is no reason to refuse: then only what is tried counts. */
async function factsOf(client: Redis): Promise<Facts> {
  const text = await client.info().catch(() => '')
  const pairs = text.split('\r\n').map((line) => line.split(':', 2) as [string, string])
  return new Map(pairs.filter(([, value]) => value !== undefined))
}

function refuseUseless(facts: Facts): void {
  const version = facts.get('redis_version')
  if (version !== undefined && Number.parseInt(version, 10) < oldestMajor)
    throw refusal(`Redis ${version} is too old: version 5 or later is needed.`)
  if (facts.get('role') === 'slave')
    throw refusal('This Redis is a replica and takes nothing. Give REDIS_URL of its primary.')
  if (facts.get('redis_mode') === 'cluster')
    throw refusal('This Redis is one of a cluster. Give REDIS_URL of a single Redis: it carries little.')
  refuseEvicting(facts)
}

/** `volatile-…` spares the streams but not the leases of who is here. Without a limit nothing is evicted. */
function refuseEvicting(facts: Facts): void {
  const policy = facts.get('maxmemory_policy') ?? 'noeviction'
  if (policy === 'noeviction' || facts.get('maxmemory') === '0') return
  throw refusal(
    `This Redis may evict what nodes tell each other (maxmemory-policy ${policy}). Set maxmemory-policy to noeviction, or give ReplyHQ a Redis of its own.`,
  )
}

async function tryStream(client: Redis, key: string): Promise<void> {
  await client.xrevrange(key, '+', '-', 'COUNT', 1)
  await client.xtrim(key, 'MAXLEN', '~', 1_000_000_000)
  await client.eval('return 1', 0)
}

const refusal = (sentence: string): AppError => new AppError('unavailable', sentence)

const sentences: readonly [RegExp, string][] = [
  [
    /WRONGPASS|invalid (username-password|password)|ERR AUTH|without any password configured/i,
    'Redis refuses the password or user of REDIS_URL. Give redis://user:password@host:port, the user may be left out.',
  ],
  [
    /NOAUTH/,
    'Redis asks for a password. Put it into REDIS_URL: redis://:password@host:port, or into a file named by REDIS_URL_FILE.',
  ],
  [
    /NOPERM/,
    'The user of REDIS_URL may not do what is needed: allow it the keys replyhq:* and the commands of +@stream, +@scripting, +@read, +@write and +@connection.',
  ],
  [
    /DB index is out of range|SELECT is not allowed/i,
    'Redis has no database of the number in REDIS_URL. Give a lower one.',
  ],
  [/READONLY/, 'This Redis takes nothing, as a replica does. Give REDIS_URL of its primary.'],
  [
    /MISCONF|OOM/,
    'Redis takes nothing at present: its memory or its disk is full. See its log, and make room.',
  ],
  [/unknown command|ERR unknown/i, 'This Redis does not know streams. Version 5 or later is needed.'],
  [
    /wrong version number|SSL routines|packet length too long|EPROTO/i,
    'This Redis does not speak TLS. Write REDIS_URL with redis:// in place of rediss://.',
  ],
  [
    /certificate|self.signed|altname|unable to (verify|get)/i,
    'The certificate of Redis is not trusted. Name its authority in NODE_EXTRA_CA_CERTS, and use the name that it is made for.',
  ],
]

function explain(failure: unknown, thrown: unknown, url: string): AppError {
  if (thrown instanceof AppError) return thrown
  const message = failure instanceof Error ? failure.message : String(failure)
  const known = sentences.find(([pattern]) => pattern.test(message))
  return Object.assign(refusal(known?.[1] ?? unreachable(message, url)), { cause: failure })
}

function unreachable(message: string, url: string): string {
  const { host, protocol } = new URL(url)
  // A side that expects TLS and one that does not wait for each other, or hang up without a word.
  const hint =
    protocol === 'redis:'
      ? 'If it asks for TLS, write rediss:// in place of redis://.'
      : 'If it speaks no TLS, write redis:// in place of rediss://.'
  return `Redis does not answer at ${host} (${message}). Check that it runs and that REDIS_URL is right. ${hint}`
}
