import type { Clock } from '../../core/ports.js'
import type { Carrier, Parcel } from './carrier.js'

interface Bounds {
  readonly parcels: number
  readonly characters: number
}

/** About a minute of a busy node; in memory at most 32 MB. */
const bounds: Bounds = { parcels: 20_000, characters: 16_000_000 }
const sentAtOnce = 500
const retryMs = 250

/**
 * What waits to be sent. While the carrier is away it is kept up to a bound; past it the oldest go, and the others
 * notice by the numbers that are missing.
 */
export class Outgoing {
  readonly #carrier: () => Carrier | null
  readonly #clock: Clock
  readonly #bounds: Bounds
  #waiting: Parcel[] = []
  #characters = 0
  #sending: Promise<void> | null = null
  #cancelRetry: (() => void) | null = null

  /** `carrier` gives null until it is open. */
  constructor(carrier: () => Carrier | null, clock: Clock, limits: Bounds = bounds) {
    this.#carrier = carrier
    this.#clock = clock
    this.#bounds = limits
  }

  add(parcel: Parcel): void {
    this.#waiting.push(parcel)
    this.#characters += parcel.text.length
    if (this.#waiting.length > this.#bounds.parcels || this.#characters > this.#bounds.characters)
      this.#dropOldest()
    // A carrier that refuses is not asked again with every parcel.
    if (this.#cancelRetry === null) this.flush()
  }

  /** Sends what waits, as soon as this turn of the event loop ends, so that what belongs together leaves together. */
  flush(): void {
    if (this.#sending !== null || this.#waiting.length === 0) return
    if (this.#carrier()?.connected !== true) return
    this.#cancelRetry?.()
    this.#cancelRetry = null
    this.#sending = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#sendAll())
      .catch(() => this.#retryLater())
      .finally(() => {
        this.#sending = null
        if (this.#cancelRetry === null) this.flush()
      })
  }

  /** Resolves when nothing waits any more, or after `milliseconds`. */
  async settled(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds
    while (this.#waiting.length > 0 && performance.now() < end) {
      this.flush()
      await Promise.race([this.#sending, new Promise((resolve) => setTimeout(resolve, 20))])
    }
  }

  stop(): void {
    this.#cancelRetry?.()
    this.#waiting = []
  }

  async #sendAll(): Promise<void> {
    for (let carrier = this.#carrier(); carrier?.connected === true; carrier = this.#carrier()) {
      const batch = this.#waiting.slice(0, sentAtOnce)
      if (batch.length === 0) return
      await carrier.send(batch)
      this.#remove(batch)
    }
  }

  /** The oldest may have been dropped meanwhile. */
  #remove(sent: readonly Parcel[]): void {
    const last = sent.at(-1)
    const index = last === undefined ? -1 : this.#waiting.indexOf(last)
    for (const { text } of this.#waiting.splice(0, index + 1)) this.#characters -= text.length
  }

  #dropOldest(): void {
    const tenth = Math.ceil(this.#waiting.length / 10)
    for (const { text } of this.#waiting.splice(0, tenth)) this.#characters -= text.length
  }

  #retryLater(): void {
    this.#cancelRetry ??= this.#clock.after(retryMs, () => {
      this.#cancelRetry = null
      this.flush()
    })
  }
}
