import type { Trouble } from '../ports/outbox.js'
import type { Delivery } from './model.js'

/** Which lanes wait for a delivery that has failed once, so that a short outage does not change their order. */
export class Troubles {
  readonly #byLane = new Map<number, Trouble>()

  constructor(known: readonly Trouble[]) {
    for (const trouble of known) this.set(trouble)
  }

  set(trouble: Trouble): void {
    const known = this.#byLane.get(trouble.lane)
    if (known === undefined || known.key >= trouble.key) this.#byLane.set(trouble.lane, trouble)
  }

  /** What this delivery has to wait for, if anything. */
  ahead({ lane, key }: Delivery): Trouble | undefined {
    const trouble = lane === null ? undefined : this.#byLane.get(lane)
    return trouble !== undefined && trouble.key < key ? trouble : undefined
  }

  /** It arrived, or was tried twice: later ones may pass. */
  over({ lane, key }: Delivery): void {
    if (lane !== null && this.#byLane.get(lane)?.key === key) this.#byLane.delete(lane)
  }

  hasten(byMs: number): void {
    for (const [lane, trouble] of this.#byLane)
      this.#byLane.set(lane, { ...trouble, nextAttemptAt: trouble.nextAttemptAt - byMs })
  }
}
