import type { Redis } from 'ioredis'
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import type { CounterOptions } from './nodes.js'
import { redisClient } from './redis-connection.js'

/** A request waits no longer for its counter; then it is counted here. */
const answerMs = 500

/** Redis for what is asked and answered at once: counters. */
export class RedisService implements Disposable {
  readonly #client: Redis
  readonly #prefix: string

  /** It connects by itself, and tries for ever. */
  constructor(url: string, prefix: string) {
    this.#prefix = prefix
    this.#client = redisClient(url, { commandTimeout: answerMs })
    this.#client.connect().catch(() => {})
  }

  get connected(): boolean {
    return this.#client.status === 'ready'
  }

  /** Counts over all nodes; while Redis is away each node counts for itself. */
  counter({ name, points, seconds }: CounterOptions): RateLimiterAbstract {
    const window = { points, duration: seconds }
    return new RateLimiterRedis({
      ...window,
      storeClient: this.#client,
      keyPrefix: `${this.#prefix}:${name}`,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory({ ...window, keyPrefix: name }),
    })
  }

  [Symbol.dispose](): void {
    this.#client.disconnect()
  }
}
