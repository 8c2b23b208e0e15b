import { setMaxListeners } from 'node:events'
import type { CoreContext } from '../context.js'
import { Lanes } from '../outbox/lanes.js'
import type { Delivery } from '../outbox/model.js'
import type { Results } from '../outbox/results.js'
import { sendPush } from './sending.js'

/** Requests at once, to all services together. */
const concurrency = 16

/** Sends pushes, of each conversation one at a time: a service that hangs holds up nobody else's. */
export class PushWorker {
  readonly #context: CoreContext
  readonly #results: Results
  readonly #hungry: () => void
  readonly #broken = new AbortController()
  readonly #lanes = new Lanes()
  /** By key, from when they were read until what became of them is committed: not to be read again. */
  readonly #held = new Map<number, Held>()
  #running = 0
  #leasedUntil = 0

  /** `hungry` is called when more can be taken. */
  constructor(context: CoreContext, results: Results, hungry: () => void) {
    this.#context = context
    this.#results = results
    this.#hungry = hungry
    // Every request under way listens.
    setMaxListeners(0, this.#broken.signal)
  }

  get held(): number {
    return this.#held.size
  }

  /** Whether it would begin something at once, if it had it. */
  get hasRoom(): boolean {
    return this.#running < concurrency
  }

  /**
   * Begins nothing after the lease: another node may have it then. Gives whether a newer push has taken the place of
   * one that is under way, so that it has to be read again.
   */
  add(deliveries: readonly Delivery[], leasedUntil: number): boolean {
    this.#leasedUntil = leasedUntil
    let replaced = false
    for (const delivery of deliveries) {
      const held = this.#held.get(delivery.key)
      if (held !== undefined) replaced ||= held.id !== delivery.id
      else {
        this.#held.set(delivery.key, { id: delivery.id, ended: null })
        this.#lanes.add(delivery)
      }
    }
    this.#pump()
    return replaced
  }

  /** Begins nothing more of what it has. */
  stop(): void {
    for (const { key } of this.#lanes.clearAll()) this.#held.delete(key)
  }

  /** Cuts requests under way, which then count as not made. */
  breakOff(): void {
    this.#broken.abort()
  }

  /** Settles when nothing is under way and all results are written. */
  async ended(): Promise<void> {
    await Promise.all([...this.#held.values()].map(({ ended }) => ended))
  }

  #pump(): void {
    if (this.#context.clock.now() >= this.#leasedUntil) this.stop()
    while (this.hasRoom) {
      const delivery = this.#lanes.begin()
      if (delivery === undefined) return
      this.#begin(delivery)
    }
  }

  #begin(delivery: Delivery): void {
    this.#running++
    const ended = this.#send(delivery)
      .catch((error) => this.#context.report(error, 'sending a push notification'))
      .finally(() => {
        this.#held.delete(delivery.key)
        this.#hungry()
      })
    this.#held.set(delivery.key, { id: delivery.id, ended })
  }

  async #send(delivery: Delivery): Promise<void> {
    try {
      const result = await sendPush(this.#context, delivery, this.#broken.signal)
      if (result !== null) await this.#results.add(result)
    } finally {
      this.#running--
      this.#lanes.end(delivery)
      this.#pump()
    }
  }
}

interface Held {
  /** As it was read. */
  id: string
  /** Null: not begun. */
  ended: Promise<void> | null
}
