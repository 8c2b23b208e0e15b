import { setMaxListeners } from 'node:events'
import type { CoreContext } from '../context.js'
import type { DomainEvent } from '../events.js'
import { Lookout } from '../lookout.js'
import type { Webhook } from './model.js'
import { Results } from './results.js'
import { WebhookWorker } from './worker.js'

const lookedAt = 500
/** A webhook that another node serves is asked for again after this time. */
const refusedForMs = 2_000
/** Requests under way when the server stops may still be answered for so long. */
const graceMs = 1_500
// More between two polls: the machine slept, or its clock was set. Nobody tried in that time.
const oddGapMs = 5 * 60_000
// Back by more than the time between two polls: the clock was set.
const oddBackwardsMs = 1_000

/** Brings deliveries to webhooks, each webhook by one node at a time. Made stopped: `start` gives what stops it. */
export class Dispatcher {
  readonly #context: CoreContext
  readonly #results: Results
  readonly #lookout: Lookout
  readonly #leaseMs: number
  readonly #renewMs: number
  /** By the id of the webhook. */
  readonly #workers = new Map<string, Held>()
  readonly #refusedUntil = new Map<string, number>()
  readonly #broken = new AbortController()
  #polledAt = 0
  #renewedAt = 0

  constructor(context: CoreContext) {
    this.#context = context
    this.#results = new Results(context)
    this.#lookout = new Lookout(
      context.clock,
      () => this.#round(),
      (error) => context.report(error, 'looking for what webhooks are to be told'),
    )
    this.#leaseMs = context.outbox.leaseMs
    this.#renewMs = this.#leaseMs / 3
    setMaxListeners(0, this.#broken.signal)
  }

  /** Disposing of it waits a moment for what is under way, and gives all webhooks back. */
  start(): AsyncDisposable {
    const { clock, bus } = this.#context
    this.#polledAt = clock.now()
    this.#renewedAt = clock.now()
    const unsubscribe = bus.subscribe((event) => this.#hear(event))
    this.#lookout.start()
    return {
      [Symbol.asyncDispose]: async () => {
        unsubscribe()
        await this.#lookout.stop()
        await this.#end()
      },
    }
  }

  #hear(event: DomainEvent): void {
    if (event.type === 'outbox.written') this.#lookout.look()
    if (event.type === 'outbox.changed') {
      this.#refresh(event.appKey).catch((error) => this.#context.report(error, 'reading webhooks again'))
      this.#lookout.look()
    }
  }

  async #round(): Promise<void> {
    await this.#minds()
    await this.#dispatch()
  }

  async #dispatch(): Promise<void> {
    const now = this.#context.clock.now()
    const due = await this.#context.store.read.webhooks.due(now, lookedAt)
    await Promise.all(due.map((webhook) => this.#serve(webhook, now)))
  }

  async #serve(webhook: Webhook, now: number): Promise<void> {
    const held = this.#workers.get(webhook.id)
    if (held !== undefined) {
      held.usedAt = now
      return held.worker.wake(webhook)
    }
    if ((this.#refusedUntil.get(webhook.id) ?? 0) > now) return
    if (!(await this.#take(webhook.id))) {
      this.#refusedUntil.set(webhook.id, now + refusedForMs)
      return
    }
    this.#refusedUntil.delete(webhook.id)
    const troubled = await this.#context.store.read.deliveries.troubled(webhook.key)
    const { signal: broken } = this.#broken
    const worker = new WebhookWorker(this.#context, this.#results, webhook, { troubled, broken })
    this.#workers.set(webhook.id, { worker, usedAt: now, leasedUntil: now + this.#leaseMs })
    worker.wake(webhook)
  }

  /** Looks after the clock and the leases. */
  async #minds(): Promise<void> {
    const now = this.#context.clock.now()
    const gap = now - this.#polledAt
    this.#polledAt = now
    if (gap > oddGapMs) await this.#excuse(gap)
    if (gap < -oddBackwardsMs) await this.#hasten(-gap)
    if (Math.abs(now - this.#renewedAt) < this.#renewMs) return
    this.#renewedAt = now
    await Promise.all([...this.#workers].map(([id, held]) => this.#renew(id, held, now)))
  }

  async #excuse(byMs: number): Promise<void> {
    for (const { worker } of this.#workers.values()) worker.excuse(byMs)
    await this.#context.store.transaction((transaction) => transaction.webhooks.excuse(byMs))
  }

  async #hasten(byMs: number): Promise<void> {
    for (const { worker } of this.#workers.values()) worker.hasten(byMs)
    await this.#context.store.transaction((transaction) => transaction.deliveries.hasten(byMs))
  }

  async #renew(id: string, held: Held, now: number): Promise<void> {
    if (held.worker.idle && now - held.usedAt >= this.#renewMs) return this.#giveBack(id, held)
    try {
      if (await this.#take(id)) {
        held.leasedUntil = now + this.#leaseMs
        return
      }
    } catch (error) {
      this.#context.report(error, 'renewing the lease of a webhook')
      if (now < held.leasedUntil) return
    }
    // Another node serves it by now.
    held.worker.stop()
    this.#workers.delete(id)
  }

  #take(id: string): Promise<boolean> {
    const now = this.#context.clock.now()
    return this.#context.store.transaction((transaction) =>
      transaction.leases.take(nameOf(id), this.#context.outbox.holder, now, now + this.#leaseMs),
    )
  }

  async #giveBack(id: string, { worker }: Held): Promise<void> {
    worker.stop()
    this.#workers.delete(id)
    await this.#context.store.transaction((transaction) =>
      transaction.leases.release(nameOf(id), this.#context.outbox.holder),
    )
  }

  /** What is under way ends first: whoever serves the webhook next would send it again. */
  async #retire(id: string, held: Held): Promise<void> {
    held.worker.stop()
    await held.worker.ended()
    if (this.#workers.get(id) === held) await this.#giveBack(id, held)
    this.#lookout.look()
  }

  /** What was disabled or removed gets nothing more; what was changed is told to its new address. */
  async #refresh(appKey: number): Promise<void> {
    const own = [...this.#workers].filter(([, { worker }]) => worker.webhook.appKey === appKey)
    if (own.length === 0) return
    const webhooks = await this.#context.store.read.webhooks.list(appKey)
    for (const [id, held] of own) {
      const current = webhooks.find((webhook) => webhook.id === id)
      if (current?.enabled === true) held.worker.wake(current)
      else await this.#retire(id, held)
    }
  }

  async #end(): Promise<void> {
    const held = [...this.#workers]
    for (const [, { worker }] of held) worker.stop()
    const ended = Promise.all(held.map(([, { worker }]) => worker.ended()))
    await this.#within(graceMs, ended)
    this.#broken.abort()
    await this.#within(graceMs, ended)
    await Promise.all(held.map(([id, one]) => this.#giveBack(id, one))).catch((error) =>
      this.#context.report(error, 'giving webhooks back'),
    )
  }

  #within(milliseconds: number, ended: Promise<unknown>): Promise<unknown> {
    let cancel = () => {}
    const patience = new Promise<void>((resolve) => {
      cancel = this.#context.clock.after(milliseconds, resolve)
    })
    return Promise.race([ended, patience]).finally(cancel)
  }
}

interface Held {
  worker: WebhookWorker
  /** When something was last due. */
  usedAt: number
  leasedUntil: number
}

const nameOf = (id: string) => `webhook:${id}`
