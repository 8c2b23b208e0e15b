import type { FannedOut, Noted } from '../core/ports/fan-outs.js'
import type { Clock } from '../core/ports.js'

/** At 200 messages a second five minutes; 1.3 MB once all of it is in use. */
const defaultSize = 65_536

/**
 * How many connections of this node each of the last messages was handed to. It stands on the way of every message:
 * numbers in fixed places take 15 ns beside the look at the clock, and nothing for the garbage collector. Keys are
 * counted up, so a newer message takes the place of the one that is `size` older.
 */
export class FanOutNotes {
  readonly #clock: Clock
  readonly #begun: number
  readonly #keys: Float64Array
  readonly #times: Float64Array
  readonly #connections: Uint32Array

  constructor(clock: Clock, size = defaultSize) {
    this.#clock = clock
    this.#begun = clock.now()
    this.#keys = new Float64Array(size)
    this.#times = new Float64Array(size)
    this.#connections = new Uint32Array(size)
  }

  /** An older message that comes late does not push out a newer one. */
  add(key: number, connections: number): void {
    const place = key % this.#keys.length
    if (key < this.#keyAt(place)) return
    this.#keys[place] = key
    this.#times[place] = this.#clock.now()
    this.#connections[place] = connections
  }

  of({ key, createdAt }: FannedOut): Noted {
    const place = key % this.#keys.length
    const noted = this.#keyAt(place)
    if (noted === key)
      return { outcome: 'told', at: this.#times[place] ?? 0, connections: this.#connections[place] ?? 0 }
    return { outcome: noted > key || createdAt < this.#begun ? 'forgotten' : 'not_heard' }
  }

  #keyAt(place: number): number {
    return this.#keys[place] ?? 0
  }
}
