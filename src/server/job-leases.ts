import type { CoreContext } from './core/context.js'

/** A node that is killed is replaced after this time. */
const leaseMs = 20_000
const renewMs = leaseMs / 2

/** Lets one node at a time do a job, whichever is there; the others look in now and then. */
export class JobLeases {
  readonly #context: Pick<CoreContext, 'store' | 'clock' | 'outbox'>
  readonly #heldUntil = new Map<string, number>()
  readonly #askAgainAt = new Map<string, number>()

  constructor(context: Pick<CoreContext, 'store' | 'clock' | 'outbox'>) {
    this.#context = context
  }

  /** Runs the job when it is this node's turn. */
  async alone(name: string, run: () => Promise<unknown>): Promise<void> {
    if (await this.#mine(name)) await run()
  }

  /** Gives every job to whichever node comes first. */
  async release(): Promise<void> {
    const { store, outbox } = this.#context
    for (const name of this.#heldUntil.keys())
      await store.transaction(({ leases }) => leases.release(leaseOf(name), outbox.holder))
    this.#heldUntil.clear()
  }

  async #mine(name: string): Promise<boolean> {
    const { store, clock, outbox } = this.#context
    const now = clock.now()
    const heldUntil = this.#heldUntil.get(name)
    if (heldUntil !== undefined && heldUntil - now > renewMs) return true
    if (heldUntil === undefined && now < (this.#askAgainAt.get(name) ?? 0)) return false
    const until = now + leaseMs
    const taken = await store.transaction(({ leases }) =>
      leases.take(leaseOf(name), outbox.holder, now, until),
    )
    if (taken) this.#heldUntil.set(name, until)
    else {
      this.#heldUntil.delete(name)
      this.#askAgainAt.set(name, now + renewMs)
    }
    return taken
  }
}

const leaseOf = (name: string): string => `job:${name}`
