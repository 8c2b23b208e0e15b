import type { CoreContext } from '../context.js'
import type { Trouble } from '../ports/outbox.js'
import type { Transaction } from '../ports.js'
import { type Attempted, attempt } from './attempt.js'
import { envelopeOf } from './envelope.js'
import { Health } from './health.js'
import { Lanes } from './lanes.js'
import type { Delivery, OutboxEvent, Webhook } from './model.js'
import type { Result, Results } from './results.js'
import { judge, triesOf, type Verdict } from './schedule.js'
import { Troubles } from './troubles.js'

const pageSize = 200
// Of a long lane no more is read ahead: it goes one by one.
const mostHeld = 2_000
// A lane waits at least so long for one that failed, or it would be read again and again.
const shortestWaitMs = 1_000

/** Brings one webhook's deliveries to its receiver, several at once. A slow receiver holds up nobody but itself. */
export class WebhookWorker {
  readonly #context: CoreContext
  readonly #results: Results
  readonly #broken: AbortSignal
  readonly #lanes = new Lanes()
  readonly #troubles: Troubles
  readonly #health: Health
  /** By key, from when they were read until what became of them is committed: not to be read again. */
  readonly #held = new Map<number, Promise<void> | null>()
  readonly #events = new Map<number, OutboxEvent>()
  #webhook: Webhook
  #running = 0
  #filling: Promise<void> | null = null
  /** There may be more in the database than was read. */
  #more = false
  #stopped = false

  /** `broken` breaks off requests under way, which then count as not made. */
  constructor(
    context: CoreContext,
    results: Results,
    webhook: Webhook,
    { troubled, broken }: { troubled: readonly Trouble[]; broken: AbortSignal },
  ) {
    this.#context = context
    this.#results = results
    this.#broken = broken
    this.#webhook = webhook
    this.#troubles = new Troubles(troubled)
    this.#health = new Health(context, webhook)
  }

  get webhook(): Webhook {
    return this.#webhook
  }

  get idle(): boolean {
    return this.#running === 0 && this.#held.size === 0 && this.#filling === null
  }

  /** Something may be due. */
  wake(webhook: Webhook): void {
    this.#webhook = webhook
    this.#more = true
    this.#pump()
  }

  hasten(byMs: number): void {
    this.#troubles.hasten(byMs)
  }

  excuse(byMs: number): void {
    this.#health.excuse(byMs)
  }

  /** Begins nothing more. */
  stop(): void {
    this.#stopped = true
    this.#release(this.#lanes.clearAll())
  }

  /** Settles when nothing is under way and all results are written. */
  async ended(): Promise<void> {
    await this.#filling
    await Promise.all(this.#held.values())
  }

  #pump(): void {
    while (!this.#stopped && this.#running < this.#context.outbox.concurrency) {
      const delivery = this.#lanes.begin()
      if (delivery === undefined) break
      this.#begin(delivery)
    }
    const hungry = this.#running < this.#context.outbox.concurrency || this.#lanes.waiting === 0
    if (hungry && this.#more && !this.#stopped && this.#held.size < mostHeld) this.#fill()
  }

  #fill(): void {
    this.#filling ??= this.#read()
      .catch((error) => this.#context.report(error, 'reading what is due for a webhook'))
      .finally(() => {
        this.#filling = null
        this.#pump()
      })
  }

  async #read(): Promise<void> {
    this.#more = false
    const { deliveries } = this.#context.store.read
    const { key } = this.#webhook
    // What is written while this reads would look as if it were still to be sent.
    const known = new Set(this.#held.keys())
    const limit = pageSize + known.size
    // Fresh ones and repeated ones are read apart, so that neither starves behind many of the other.
    const [fresh, repeated] = await Promise.all([
      deliveries.due(key, 0, 0, limit),
      deliveries.due(key, 1, this.#context.clock.now(), limit),
    ])
    if (fresh.length === limit || repeated.length === limit) this.#more = true
    const read = [...fresh, ...repeated].filter((delivery) => !known.has(delivery.key))
    await this.#remember(read)
    if (!this.#stopped) await this.#queue(read)
  }

  async #remember(read: readonly Delivery[]): Promise<void> {
    const keys = new Set(read.flatMap(({ eventKey }) => (eventKey === null ? [] : [eventKey])))
    for (const known of this.#events.keys()) keys.delete(known)
    if (keys.size === 0) return
    for (const event of await this.#context.store.read.outboxEvents.byKeys([...keys]))
      this.#events.set(event.key, event)
  }

  async #queue(read: readonly Delivery[]): Promise<void> {
    const late: { delivery: Delivery; until: number }[] = []
    const now = this.#context.clock.now()
    const soonest = now + Math.max(shortestWaitMs, this.#health.patienceMs(now))
    for (const delivery of read) {
      const ahead = this.#troubles.ahead(delivery)
      if (ahead !== undefined) late.push({ delivery, until: Math.max(ahead.nextAttemptAt, soonest) })
      else {
        this.#held.set(delivery.key, null)
        this.#lanes.add(delivery)
      }
    }
    if (late.length === 0) return
    await this.#context.store.transaction(async (transaction) => {
      for (const time of new Set(late.map(({ until }) => until))) {
        const same = late.filter(({ until }) => until === time)
        await transaction.deliveries.postpone(
          same.map(({ delivery }) => delivery.key),
          time,
        )
      }
    })
    this.#release(late.map(({ delivery }) => delivery))
  }

  #begin(delivery: Delivery): void {
    this.#running++
    const ended = this.#deliver(delivery)
      .catch((error) => this.#context.report(error, 'delivering to a webhook'))
      .finally(() => {
        this.#release([delivery])
        this.#pump()
      })
    this.#held.set(delivery.key, ended)
  }

  #release(deliveries: readonly Delivery[]): void {
    for (const { key, eventKey } of deliveries) {
      this.#held.delete(key)
      if (eventKey !== null) this.#events.delete(eventKey)
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    let outcome: Outcome | null
    try {
      outcome = await this.#try(delivery)
    } finally {
      // The next of the lane need not wait for the commit: after a crash both come again, in their order.
      this.#running--
      this.#lanes.end(delivery)
    }
    this.#pump()
    if (outcome === null) return
    await this.#results.add(outcome.result)
    this.#release(outcome.late)
  }

  /** Null when it was broken off. */
  async #try(delivery: Delivery): Promise<Outcome | null> {
    const event = delivery.eventKey === null ? undefined : this.#events.get(delivery.eventKey)
    if (event === undefined) return { result: lost(delivery, this.#context.clock.now()), late: [] }
    const { clock, webhookSender } = this.#context
    const { id, type } = event
    const body = JSON.stringify(envelopeOf(event))
    const number = delivery.attempts + 1
    const request = { id, type, body, attempt: number }
    const attempted = await attempt(webhookSender, clock, this.#webhook, request, this.#broken)
    const { scheduleMs } = this.#context.outbox
    const verdict = judge(delivery, attempted.result, attempted.retryAfter, scheduleMs, clock.now())
    if (verdict.kind !== 'done' && this.#broken.aborted) return null
    this.#context.measure({
      name: 'delivery',
      outcome: outcomes[verdict.kind],
      seconds: attempted.result.durationMs / 1_000,
    })
    return this.#outcomeOf(delivery, attempted, verdict)
  }

  #outcomeOf(delivery: Delivery, { result }: Attempted, verdict: Verdict): Outcome {
    const late = this.#hold(delivery, verdict)
    const health = this.#health.after(verdict, result.at)
    if (health?.disabled != null) this.stop()
    const soonest = result.at + this.#health.patienceMs(result.at)
    const also = async (transaction: Transaction) => {
      if (late.length > 0 && verdict.kind === 'again')
        await transaction.deliveries.postpone(keysOf(late), Math.max(verdict.at, soonest))
      await health?.write(transaction)
    }
    return { result: { delivery, attempt: result, patch: patchOf(delivery, result, verdict), also }, late }
  }

  /**
   * After the first failure the lane waits for the second attempt, so that its order outlives a short outage. Then
   * later ones pass: an event that a receiver cannot take must not hold up a conversation for days.
   */
  #hold(delivery: Delivery, verdict: Verdict): Delivery[] {
    const { key, lane } = delivery
    if (verdict.kind !== 'again' || lane === null || triesOf(delivery) > 0) {
      this.#troubles.over(delivery)
      return []
    }
    this.#troubles.set({ key, lane, nextAttemptAt: verdict.at })
    return this.#lanes.clear(delivery)
  }
}

const outcomes = { done: 'arrived', again: 'failed', gone: 'dead', dead: 'dead' } as const

/** What an attempt came to, and those of its lane that now wait with it. */
interface Outcome {
  result: Result
  late: Delivery[]
}

const keysOf = (deliveries: readonly Delivery[]) => deliveries.map(({ key }) => key)

function patchOf(
  { attempts }: Delivery,
  { error, status, at }: Attempted['result'],
  verdict: Verdict,
): Partial<Delivery> | null {
  if (verdict.kind === 'done') return null
  const tried = { attempts: attempts + 1, lastError: error, lastStatus: status }
  if (verdict.kind === 'again') return { ...tried, nextAttemptAt: verdict.at }
  return { ...tried, state: 'dead', nextAttemptAt: null, endedAt: at }
}

const lost = (delivery: Delivery, endedAt: number): Result => ({
  delivery,
  attempt: null,
  patch: { state: 'dead', nextAttemptAt: null, endedAt, lastError: 'The event is kept no longer.' },
})
