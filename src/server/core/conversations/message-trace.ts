import type { CoreContext } from '../context.js'
import { AppError, notFound } from '../errors.js'
import { idAt, timeOfId } from '../ids.js'
import type { Participant, SentMessage } from '../model.js'
import type { Delivery, DeliveryAttempt } from '../outbox/model.js'
import { assertMay, may } from '../permissions.js'
import type { FanOut } from '../ports/fan-outs.js'
import type { Staff } from '../principal.js'
import type { Threads } from './threads.js'

/** How well a time is known: to the millisecond, only a bound of it, or not at all (it may not have happened). */
export type Certainty = 'exact' | 'by' | 'after' | 'unknown'

/** One thing on the way of a message; `at` in milliseconds, null where it is unknown. */
export interface TraceStep {
  step: 'accepted' | 'stored' | 'fanned_out' | 'delivered' | 'read' | 'delivery'
  at: number | null
  certainty: Certainty
  participant: { type: Participant['type']; id: string; name: string | null } | null
  delivery: DeliveryStep | null
  /** Of a fan-out: what a node says. Null where no node could be asked. */
  fanOut: FanOutStep | null
}

/** `connections` is null where the node does not know. */
export interface FanOutStep {
  node: string
  outcome: FanOut['outcome']
  connections: number | null
}

/** An attempt to tell the outside, or that one is still to come. `error` only for who manages the app. */
export interface DeliveryStep {
  id: string
  kind: Delivery['kind']
  target: string
  state: Delivery['state']
  attempt: number | null
  status: number | null
  error: string | null
}

export interface MessageTrace {
  message: SentMessage
  conversationId: string
  steps: TraceStep[]
}

// An event is written in the transaction of its message, and a delivery in that of its event. Ranges of time bound
// what the indexes on them read.
const transactionMs = 5_000
const eventsLookedAt = 1_000

/** What is known of the way of one message: from the database, and of its fan-out from the nodes themselves. */
export class MessageTraces {
  readonly #context: CoreContext
  readonly #threads: Threads

  constructor(context: CoreContext, threads: Threads) {
    this.#context = context
    this.#threads = threads
  }

  /** Throws not_found also for what members write to each other. */
  async of(staff: Staff, messageId: string): Promise<MessageTrace> {
    assertMay(staff, 'app.read')
    const { read } = this.#context.store
    const place = await read.members.place(staff.app.key, messageId)
    if (place === undefined) throw notFound('message')
    const { conversationId } = place
    const thread = await this.#threads.forStaff(staff, conversationId, 'app.read').catch(hideIt)
    const message = await read.messages.byId(thread.conversationKey, messageId)
    if (message === undefined) throw notFound('message')
    const [fanOuts, receipts, deliveries] = await Promise.all([
      this.#fanOuts(message),
      this.#receipts(message),
      this.#deliveries(staff, message),
    ])
    const steps = [
      step('accepted', timeOfId(message.id), 'exact'),
      step('stored', message.createdAt, 'after'),
      ...inTime([...fanOuts, ...receipts, ...deliveries]),
    ]
    return { message, conversationId, steps }
  }

  /** One step for each node. */
  async #fanOuts(message: SentMessage): Promise<TraceStep[]> {
    const { fanOuts } = this.#context
    if (fanOuts === null) return [step('fanned_out', null, 'unknown')]
    return (await fanOuts.of(message)).map(fanOutStep)
  }

  /** By the cursors of the others, which say until when it had happened. */
  async #receipts(message: SentMessage): Promise<TraceStep[]> {
    const { sequence } = message
    if (sequence === null) return []
    const participants = await this.#context.store.read.participants.of([message.conversationKey])
    const others = participants.filter(({ type, memberKey }) => {
      return type !== message.senderType || memberKey !== message.senderKey
    })
    const steps = await Promise.all(
      others.map(async (one) => {
        const participant = await this.#person(one)
        const { deliveredAt, deliveredSequence, readAt, readSequence } = one
        const delivered = deliveredAt !== null && deliveredSequence >= sequence
        const seen = readAt !== null && readSequence >= sequence
        return [
          ...(delivered ? [{ ...step('delivered', deliveredAt, 'by'), participant }] : []),
          ...(seen ? [{ ...step('read', readAt, 'by'), participant }] : []),
        ]
      }),
    )
    return steps.flat()
  }

  async #person({ type, memberKey }: Participant): Promise<NonNullable<TraceStep['participant']>> {
    const { agents, contacts } = this.#context.store.read
    const person = type === 'agent' ? await agents.byKey(memberKey) : await contacts.byKey(memberKey)
    return { type, id: person?.id ?? '', name: person?.name ?? null }
  }

  async #deliveries(staff: Staff, message: SentMessage): Promise<TraceStep[]> {
    const { outboxEvents, deliveries } = this.#context.store.read
    const { conversationKey, createdAt, id } = message
    const events = await outboxEvents.between(
      { appKey: staff.app.key, conversationKey, type: 'message.created' },
      createdAt,
      createdAt + transactionMs,
      eventsLookedAt,
    )
    const event = events.find(({ data }) => data.id === id)
    if (event === undefined) return []
    const written = timeOfId(event.id)
    const from = idAt('dlv', written - transactionMs)
    const through = idAt('dlv', written + transactionMs)
    const rows = await deliveries.ofEvent(event.key, from, through)
    const steps = await Promise.all(rows.map((row) => this.#attempts(row, may(staff, 'app.manage'))))
    return steps.flat()
  }

  async #attempts(row: Delivery, manages: boolean): Promise<TraceStep[]> {
    const attempts = await this.#context.store.read.deliveries.attempts(row.key)
    const told = attempts.map((attempt) => ({
      ...step('delivery', attempt.at + attempt.durationMs, 'exact'),
      delivery: deliveryStep(row, attempt, manages),
    }))
    if (row.state !== 'pending') return told
    return [...told, { ...step('delivery', null, 'unknown'), delivery: deliveryStep(row, null, manages) }]
  }
}

/** Whether a message or its conversation is kept from staff makes no difference to them. */
function hideIt(error: unknown): never {
  throw error instanceof AppError && error.code === 'not_found' ? notFound('message') : error
}

const step = (name: TraceStep['step'], at: number | null, certainty: Certainty): TraceStep => ({
  step: name,
  at,
  certainty,
  participant: null,
  delivery: null,
  fanOut: null,
})

function fanOutStep(told: FanOut): TraceStep {
  const { node, outcome } = told
  if (outcome !== 'told')
    return { ...step('fanned_out', null, 'unknown'), fanOut: { node, outcome, connections: null } }
  const { at, connections } = told
  return { ...step('fanned_out', at, 'exact'), fanOut: { node, outcome, connections } }
}

const deliveryStep = (
  { id, kind, target, state }: Delivery,
  attempt: DeliveryAttempt | null,
  manages: boolean,
): DeliveryStep => ({
  id,
  kind,
  target,
  state,
  attempt: attempt?.attempt ?? null,
  status: attempt?.status ?? null,
  error: manages ? (attempt?.error ?? null) : null,
})

const inTime = (steps: TraceStep[]): TraceStep[] =>
  [...steps].sort((first, second) => place(first) - place(second) || 0)

/** What is still to come stands last; what a node does not know of its fan-out was at the beginning if at all. */
const place = ({ step: name, at }: TraceStep): number =>
  at ?? (name === 'fanned_out' ? 0 : Number.POSITIVE_INFINITY)
