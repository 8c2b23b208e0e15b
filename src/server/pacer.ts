import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'
import { tooMany } from './protocols/connection.js'
import type { CounterOptions } from './realtime/nodes/nodes.js'

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

/** `counter` makes the counter of a limit. */
export function createPacer(
  limits: PaceLimits,
  counter: (options: CounterOptions) => RateLimiterAbstract,
): Pacer {
  const windowed = (name: PacedLimit, points: number, windowMs: number) =>
    counter({ name, points, seconds: windowMs / 1000 })
  const { deviceRequests, deviceRequestsWindow, failedLogins, failedLoginsWindow } = limits
  const counters: Record<PacedLimit, RateLimiterAbstract> = {
    device: windowed('device', deviceRequests, deviceRequestsWindow),
    login: windowed('login', failedLogins * peopleBehindAnAddress, failedLoginsWindow),
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
