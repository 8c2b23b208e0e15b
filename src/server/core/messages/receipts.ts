import type { CoreContext } from '../context.js'
import { newParticipant } from '../conversations/participants.js'
import type { Threads } from '../conversations/threads.js'
import { sideCursor } from '../conversations/views.js'
import { notFound } from '../errors.js'
import type { ActorRef, ConversationRef } from '../events.js'
import { actorOf } from '../members/participation.js'
import { readTogether } from '../members/reading.js'
import { inSight, sightOf } from '../members/sight.js'
import type { Participant } from '../model.js'
import type { Transaction } from '../ports.js'
import { isCustomer, type Principal } from '../principal.js'

/** How far somebody got: sequences of the conversation, `Infinity` for all there is. */
export interface Cursors {
  read?: number
  delivered?: number
  /** A message that was read, and all before it. */
  messageId?: string
  /** The conversation was read up to there; else the message is meant, when one is named. */
  whole?: boolean
}

/** What a reader has got to, as it is stored and told. */
export interface Reading {
  read: number
  delivered: number
  messageId: string | null
  whole: boolean
}

interface Pending {
  thread: ConversationRef
  member: Member
  reading: Reading
  settled: Promise<number>
}

/** Messages after a sequence and up to another one got a status. */
interface Step {
  status: 'DELIVERED' | 'READ'
  after: number
  through: number
  messageId: string | null
  whole: boolean
}

interface Member {
  type: 'contact' | 'agent'
  key: number
  actor: ActorRef
}

/** Delivered and read cursors. They only go forward; read implies delivered. */
export class Receipts {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #pending = new Map<string, Pending>()

  constructor(context: CoreContext, threads: Threads) {
    this.#context = context
    this.#threads = threads
  }

  /**
   * Moves the caller's cursors; gives how many messages changed their status. Settles after the commit.
   * Throws not_found for a message that the caller is not shown.
   * Moves of the same cursor within a few milliseconds become one: one by one they cost eight times as much.
   */
  async move(principal: Principal, conversationId: string, cursors: Cursors): Promise<number> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    const member = memberOf(principal)
    if (member === null) return 0
    const reading = await this.#reading(principal, thread, cursors)
    const name = `${thread.conversationKey}:${member.type}:${member.key}`
    const pending = this.#pending.get(name)
    if (pending === undefined) return this.#begin(name, thread, member, reading)
    pending.reading = furthest(pending.reading, reading)
    return pending.settled
  }

  async #reading(principal: Principal, thread: ConversationRef, cursors: Cursors): Promise<Reading> {
    const { read = 0, delivered = 0, messageId, whole = messageId === undefined } = cursors
    if (messageId === undefined) return { read, delivered, messageId: null, whole }
    const queries = this.#context.store.read
    const row = await queries.messages.byId(thread.conversationKey, messageId)
    const sight = await sightOf(queries, principal, thread)
    const [shown] = await inSight(queries, sight, row === undefined ? [] : [row])
    if (shown === undefined) throw notFound('message')
    return { read: Math.max(read, shown.sequence ?? shown.afterSequence), delivered, messageId, whole }
  }

  #begin(name: string, thread: ConversationRef, member: Member, reading: Reading): Promise<number> {
    const flush = new Promise<void>((resolve) =>
      this.#context.clock.after(this.#context.limits.receiptCoalesceMs, resolve),
    )
    const settled = flush.then(() => {
      const pending = this.#pending.get(name)
      this.#pending.delete(name)
      return pending === undefined ? 0 : this.#store(pending)
    })
    this.#pending.set(name, { thread, member, reading, settled })
    return settled
  }

  #store({ thread, member, reading }: Pending): Promise<number> {
    return this.#context.store.transaction(async (transaction) => {
      if (thread.kind !== 'support')
        return readTogether(this.#context, transaction, thread, member.actor, reading)
      const conversation = await transaction.conversations.lockStep(thread.conversationKey)
      if (conversation === undefined) throw notFound('conversation')
      const { lastSequence } = conversation
      const before = await transaction.participants.of([thread.conversationKey])
      const at = this.#context.clock.now()
      if (!before.some(({ type, memberKey }) => type === member.type && memberKey === member.key))
        await transaction.participants.ensure(
          newParticipant(thread.conversationKey, member.type, member.key, at),
        )
      const moved = await transaction.participants.moveCursors(
        thread.conversationKey,
        member.type,
        member.key,
        {
          read: Math.min(reading.read, lastSequence),
          delivered: Math.min(Math.max(reading.delivered, reading.read), lastSequence),
          at,
        },
      )
      return moved === undefined ? 0 : this.#tell(transaction, thread, { member, reading }, before, moved)
    }, thread.conversationKey)
  }

  /** Others learn of it only when the whole side got further: a second agent who reads changes no status. */
  async #tell(
    transaction: Transaction,
    thread: ConversationRef,
    { member, reading }: Pick<Pending, 'member' | 'reading'>,
    before: Participant[],
    moved: Participant,
  ): Promise<number> {
    const old = sideCursor(before, member.type)
    const now = sideCursor([moved], member.type)
    const { messageId, whole } = reading
    const read: Step = { status: 'READ', after: old.read, through: now.read, messageId, whole }
    const delivered: Step = {
      status: 'DELIVERED',
      after: Math.max(old.delivered, now.read),
      through: now.delivered,
      messageId: null,
      whole: true,
    }
    let changed = 0
    for (const step of [read, delivered].filter(({ after, through }) => through > after))
      changed += await this.#step(transaction, thread, member, step)
    return changed
  }

  async #step(
    transaction: Transaction,
    thread: ConversationRef,
    member: Member,
    { status, after, through, messageId, whole }: Step,
  ): Promise<number> {
    const { conversationKey } = thread
    const conversation = await transaction.conversations.nextRevision(conversationKey)
    if (conversation === undefined) return 0
    const { revision, lastSequence } = conversation
    const at = this.#context.clock.now()
    await transaction.conversations.insertChange({
      conversationKey,
      revision,
      kind: member.type === 'contact' ? 'receipt_by_contact' : 'receipt_by_agent',
      messageKey: null,
      internal: false,
      sequence: lastSequence,
      fromSequence: after + 1,
      toSequence: through,
      at,
    })
    const { actor: by } = member
    const { messages } = transaction
    const count = await messages.countUnread(conversationKey, after, member.type, through - after, through)
    transaction.afterCommit(() => {
      const moved = { by, status, upToSequence: through, messageId, whole, count, revision, at }
      this.#context.bus.publish({ type: 'receipt.moved', conversation: thread, ...moved })
    })
    return count
  }
}

/** Of two moves that were gathered into one; what is named belongs to the one that read further. */
function furthest(pending: Reading, later: Reading): Reading {
  const { messageId, whole } = later.read >= pending.read ? later : pending
  return {
    read: Math.max(pending.read, later.read),
    delivered: Math.max(pending.delivered, later.delivered),
    messageId,
    whole,
  }
}

/** Servers and operators read on nobody's behalf: they have no cursor. */
function memberOf(principal: Principal): Member | null {
  const actor = actorOf(principal)
  const type = isCustomer(principal) ? 'contact' : 'agent'
  return actor.key === null ? null : { type, key: actor.key, actor: { ...actor, type } }
}
