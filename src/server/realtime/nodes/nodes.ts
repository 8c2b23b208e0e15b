import type { RateLimiterAbstract } from 'rate-limiter-flexible'
import type { ServiceState } from '../../core/health.js'
import type { Question } from '../../core/ports/nodes.js'
import type { Bus, Presence } from '../../core/ports.js'

/** How long somebody stays online after the last connection: a reload is no coming and going. */
export const lingerMs = 5_000

/** A number of points that may be taken in a window of time. */
export interface CounterOptions {
  readonly name: string
  readonly points: number
  readonly seconds: number
}

/** What a node shares with the others of its installation. */
export interface Nodes extends AsyncDisposable {
  readonly bus: Bus
  readonly presence: Presence
  redis(): ServiceState
  /** Makes a counter of calls by a key. */
  counter(options: CounterOptions): RateLimiterAbstract
  readonly question: Question
}
