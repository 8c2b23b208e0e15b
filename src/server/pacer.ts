import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { tooMany } from './protocols/connection.js'

export type PacedLimit = 'device' | 'login'

/** Counts calls by a key in windows of time; on one node in memory, on several in a store that they share. */
export interface Pacer {
  /** Takes one call, or refuses with `rate_limited` and the time to wait. */
  consume(limit: PacedLimit, key: string): Promise<void>
  /** Gives one call back. */
  refund(limit: PacedLimit, key: string): Promise<void>
}

interface PaceLimits {
  readonly deviceRequests: number
  readonly deviceRequestsWindow: number
  readonly failedLogins: number
  readonly failedLoginsWindow: number
}

// One address may be an office: it gets the failures of several people before it has to wait.
const peopleBehindAnAddress = 5

/** `store` makes the counter of a limit: a number of points in a window of seconds. */
export function createPacer(
  limits: PaceLimits,
  store: (name: PacedLimit, points: number, seconds: number) => RateLimiterAbstract = inMemory,
): Pacer {
  const counters: Record<PacedLimit, RateLimiterAbstract> = {
    device: store('device', limits.deviceRequests, limits.deviceRequestsWindow / 1000),
    login: store('login', limits.failedLogins * peopleBehindAnAddress, limits.failedLoginsWindow / 1000),
  }
  return {
    async consume(limit, key) {
      try {
        await counters[limit].consume(key)
      } catch (error) {
        throw error instanceof RateLimiterRes ? tooMany(error.msBeforeNext) : error
      }
    },
    async refund(limit, key) {
      await counters[limit].reward(key)
    },
  }
}

const inMemory = (name: PacedLimit, points: number, duration: number): RateLimiterAbstract =>
  new RateLimiterMemory({ keyPrefix: name, points, duration })
