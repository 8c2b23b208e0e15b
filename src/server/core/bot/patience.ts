import type { Clock } from '../ports.js'

// A reply that dribbles on for longer is no help to anybody who waits for it.
const longestTurnMs = 120_000

/** How long a visitor is kept waiting: from their message, and again from every sign of life of the model. */
export class Patience {
  readonly #clock: Clock
  readonly #patienceMs: number
  readonly #silenceMs: number
  readonly #end: number
  #since: number

  constructor(clock: Clock, limits: { patienceMs: number; firstTokenMs: number }, since: number) {
    this.#clock = clock
    this.#patienceMs = limits.patienceMs
    this.#silenceMs = limits.firstTokenMs
    this.#since = since
    this.#end = clock.now() + longestTurnMs
  }

  /** Something came. */
  renew(): void {
    this.#since = this.#clock.now()
  }

  get leftMs(): number {
    return Math.max(0, Math.min(this.#since + this.#patienceMs, this.#end) - this.#clock.now())
  }

  /** How long one request may be silent. */
  get silenceMs(): number {
    return Math.min(this.#silenceMs, this.leftMs)
  }
}
