import type { CoreContext } from '../context.js'
import type { Trouble } from '../ports/outbox.js'
import type { Transaction } from '../ports.js'
import { type Attempted, attempt } from './attempt.js'
import { Backlog } from './backlog.js'
import { envelopeOf } from './envelope.js'
import { Health } from './health.js'
import type { Delivery, Webhook } from './model.js'
import type { Result, Results } from './results.js'
import { judge, triesOf, type Verdict } from './schedule.js'
import { Troubles } from './troubles.js'

/** Brings one webhook's deliveries to its receiver, several at once. A slow receiver holds up nobody but itself. */
export class WebhookWorker {
  readonly #context: CoreContext
  readonly #results: Results
  readonly #broken: AbortSignal
  readonly #backlog: Backlog
  readonly #troubles: Troubles
  readonly #health: Health
  #webhook: Webhook
  #running = 0

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
    this.#backlog = new Backlog(context, webhook.key, this.#troubles, this.#health)
  }

  get webhook(): Webhook {
    return this.#webhook
  }

  get idle(): boolean {
    return this.#running === 0 && this.#backlog.empty
  }

  /** Something may be due. */
  wake(webhook: Webhook): void {
    this.#webhook = webhook
    this.#backlog.expectMore()
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
    this.#backlog.stop()
  }

  /** Settles when nothing is under way and all results are written. */
  ended(): Promise<void> {
    return this.#backlog.ended()
  }

  #pump(): void {
    while (this.#running < this.#context.outbox.concurrency) {
      const delivery = this.#backlog.lanes.begin()
      if (delivery === undefined) break
      this.#begin(delivery)
    }
    const hungry = this.#running < this.#context.outbox.concurrency || this.#backlog.lanes.waiting === 0
    if (hungry) this.#backlog.fill(() => this.#pump())
  }

  #begin(delivery: Delivery): void {
    this.#running++
    const ended = this.#deliver(delivery)
      .catch((error) => this.#context.report(error, 'delivering to a webhook'))
      .finally(() => {
        this.#backlog.release([delivery])
        this.#pump()
      })
    this.#backlog.hold(delivery, ended)
  }

  async #deliver(delivery: Delivery): Promise<void> {
    let outcome: Outcome | null
    try {
      outcome = await this.#try(delivery)
    } finally {
      // The next of the lane need not wait for the commit: after a crash both come again, in their order.
      this.#running--
      this.#backlog.lanes.end(delivery)
    }
    this.#pump()
    if (outcome === null) return
    await this.#results.add(outcome.result)
    this.#backlog.release(outcome.late)
  }

  /** Null when it was broken off. */
  async #try(delivery: Delivery): Promise<Outcome | null> {
    const event = this.#backlog.eventOf(delivery)
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
    return this.#backlog.lanes.clear(delivery)
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
