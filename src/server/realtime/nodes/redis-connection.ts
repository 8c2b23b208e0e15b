import { once } from 'node:events'
import { Redis, type RedisOptions } from 'ioredis'

/**
 * Options under which a command fails while Redis is away, instead of waiting in a queue without a bound: what is worth
 * keeping is kept by whoever sends it.
 */
const options: RedisOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 5_000,
  connectionName: 'replyhq',
  // The older protocol: servers before version 6 know no other.
  protocol: 2,
  retryStrategy: (attempts) => Math.min(25 * 2 ** attempts, 1_000),
}

/** A connection to be opened with `connect()`. Without a listener its `error` events would be printed. */
export function redisClient(url: string, more: RedisOptions = {}): Redis {
  const client = new Redis(url, { ...options, ...more })
  client.on('error', () => {})
  return client
}

/** Resolves when the client is connected, or when `signal` says that nobody needs it any more. */
export async function whenReady(client: Redis, signal: AbortSignal): Promise<void> {
  if (client.status === 'ready' || signal.aborted) return
  // A client that is disconnected while it waits for its next attempt tells nobody.
  await once(client, 'ready', { signal }).catch(() => {})
}
