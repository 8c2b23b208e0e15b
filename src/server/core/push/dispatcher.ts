import type { CoreContext } from '../context.js'
import { Lookout } from '../lookout.js'
import { Results } from '../outbox/results.js'
import { PushWorker } from './worker.js'

/** While another node sends, this one asks again after so long. */
const refusedForMs = 2_000
const pageSize = 200
/** Requests under way when the server stops may still be answered for so long. */
const graceMs = 1_500
/** The part of a lease that is left when it is renewed: two looks may fail before it ends. */
const renewedBelow = 2 / 3
const leaseName = 'push'

/** Hands pushes to the services, from one node at a time. Made stopped: `start` gives what stops it. */
export class PushDispatcher {
  readonly #context: CoreContext
  readonly #worker: PushWorker
  readonly #lookout: Lookout
  readonly #leaseMs: number
  /** There may be more in the database than was read. */
  #more = false
  #leasedUntil = 0
  #refusedUntil = 0

  constructor(context: CoreContext) {
    this.#context = context
    this.#leaseMs = context.outbox.leaseMs
    this.#worker = new PushWorker(context, new Results(context), () => {
      if (this.#more) this.#lookout.look()
    })
    this.#lookout = new Lookout(
      context.clock,
      () => this.#round(),
      (error) => context.report(error, 'looking for push notifications to send'),
    )
  }

  /** Where nothing is configured it does nothing. Disposing of it waits a moment for what is under way. */
  start(): AsyncDisposable {
    const { bus, pushSender } = this.#context
    if (!pushSender.enabled) return { [Symbol.asyncDispose]: async () => {} }
    const unsubscribe = bus.subscribe(({ type }) => {
      if (type === 'outbox.written') this.#lookout.look()
    })
    this.#lookout.start()
    return {
      [Symbol.asyncDispose]: async () => {
        unsubscribe()
        await this.#lookout.stop()
        await this.#end()
      },
    }
  }

  async #round(): Promise<void> {
    const now = this.#context.clock.now()
    const { deliveries } = this.#context.store.read
    const left = this.#leasedUntil - now
    // More than was asked for: the clock was turned back.
    if (left <= this.#leaseMs * renewedBelow || left > this.#leaseMs) {
      const idle = this.#worker.held === 0 && (await deliveries.duePushes(now, 1)).length === 0
      if (idle) return this.#giveBack()
      if (!(await this.#take(now))) return
    }
    this.#more = !this.#worker.hasRoom
    if (this.#more) return
    const limit = pageSize + this.#worker.held
    const due = await deliveries.duePushes(now, limit)
    const replaced = this.#worker.add(due, this.#leasedUntil)
    this.#more = replaced || due.length === limit
  }

  async #take(now: number): Promise<boolean> {
    if (now < this.#refusedUntil && this.#refusedUntil - now <= refusedForMs) return false
    const until = now + this.#leaseMs
    const taken = await this.#context.store.transaction(({ leases }) =>
      leases.take(leaseName, this.#context.outbox.holder, now, until),
    )
    this.#leasedUntil = taken ? until : 0
    if (taken) return true
    this.#refusedUntil = now + refusedForMs
    this.#worker.stop()
    return false
  }

  async #giveBack(): Promise<void> {
    if (this.#leasedUntil === 0) return
    this.#leasedUntil = 0
    await this.#context.store.transaction(({ leases }) =>
      leases.release(leaseName, this.#context.outbox.holder),
    )
  }

  async #end(): Promise<void> {
    this.#worker.stop()
    const cancel = this.#context.clock.after(graceMs, () => this.#worker.breakOff())
    await this.#worker.ended()
    cancel()
    await this.#giveBack().catch((error) => this.#context.report(error, 'giving the lease of push back'))
  }
}
