import type { ClientClock } from './types/ports.js'

export interface Backoff {
  /** Milliseconds before the second attempt. */
  readonly first: number
  /** No wait is longer, jitter aside. */
  readonly longest: number
}

/**
 * Milliseconds to wait after the given number of failed attempts (from 1): doubled each time. Half of it is
 * left to chance, so that the clients of a server that fell do not all come back in the same moment.
 */
export function backoffDelay({ first, longest }: Backoff, failures: number, clock: ClientClock): number {
  const full = Math.min(longest, first * 2 ** Math.min(failures - 1, 30))
  return Math.round(full / 2 + (full / 2) * clock.random())
}
