import type { Clock } from '../ports.js'

// A reply that dribbles on for longer is no help to anybody who waits for it.
const longestTurnMs = 120_000
/** What a request may be silent for in any case once it has begun to answer. */
const breathMs = 2_000

/** How long a visitor is kept waiting: from their message, and again from every request that was answered. */
export class Patience {
  readonly #clock: Clock
  readonly #patienceMs: number
  readonly #silenceMs: number
  readonly #end: number
  #since: number
  #tried = 0
  #heard = false

  constructor(clock: Clock, limits: { patienceMs: number; firstTokenMs: number }, since: number) {
    this.#clock = clock
    this.#patienceMs = limits.patienceMs
    this.#silenceMs = limits.firstTokenMs
    this.#since = since
    this.#end = clock.now() + longestTurnMs
  }

  /** A request was answered, or a tool: the next one has all the time again. */
  renew(): void {
    this.#since = this.#clock.now()
    this.#tried = 0
  }

  /** A request begins. */
  begin(): void {
    this.#tried += 1
    this.#heard = false
  }

  /** A part of its answer came. */
  hear(): void {
    this.#heard = true
  }

  get leftMs(): number {
    return Math.max(0, Math.min(this.#since + this.#patienceMs, this.#end) - this.#clock.now())
  }

  /** How long the request may be silent: once it speaks, its first try is not hurried. */
  get silenceMs(): number {
    const untilEnd = Math.max(0, this.#end - this.#clock.now())
    const hurried = this.#heard ? Math.max(this.leftMs, breathMs) : this.leftMs
    const allowed = this.#heard && this.#tried === 1 ? this.#silenceMs : hurried
    return Math.min(this.#silenceMs, allowed, untilEnd)
  }
}
