import type { CoreContext } from './context.js'
import type { ActorRef, ConversationRef } from './events.js'
import { senderOf } from './messages.js'
import type { Participant } from './model.js'
import type { Transaction } from './ports.js'
import type { Principal } from './principal.js'
import { locked } from './queue.js'
import type { Threads } from './threads.js'
import { type Side, sideCursor } from './views.js'

/** How far somebody got: sequences of the conversation, `Infinity` for all there is. */
export interface Cursors {
  read?: number
  delivered?: number
}

interface Pending {
  thread: ConversationRef
  member: Member
  cursors: Required<Cursors>
  settled: Promise<number>
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
   * Moves of the same cursor within a few milliseconds become one: one by one they cost eight times as much.
   */
  async move(principal: Principal, conversationId: string, cursors: Cursors): Promise<number> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    const member = memberOf(principal)
    if (member === null) return 0
    const name = `${thread.conversationKey}:${member.type}:${member.key}`
    const pending = this.#pending.get(name)
    if (pending === undefined) return this.#begin(name, thread, member, cursors)
    pending.cursors = furthest(pending.cursors, cursors)
    return pending.settled
  }

  #begin(name: string, thread: ConversationRef, member: Member, cursors: Cursors): Promise<number> {
    const flush = new Promise<void>((resolve) =>
      this.#context.clock.after(this.#context.limits.receiptCoalesceMs, resolve),
    )
    const settled = flush.then(() => {
      const pending = this.#pending.get(name)
      this.#pending.delete(name)
      return pending === undefined ? 0 : this.#store(pending)
    })
    this.#pending.set(name, {
      thread,
      member,
      cursors: furthest({ read: 0, delivered: 0 }, cursors),
      settled,
    })
    return settled
  }

  #store({ thread, member, cursors }: Pending): Promise<number> {
    return this.#context.store.transaction(async (transaction) => {
      const { lastSequence } = await locked(transaction, thread)
      const before = await transaction.participants.of([thread.conversationKey])
      const at = this.#context.clock.now()
      await transaction.participants.ensure(newParticipant(thread, member, at))
      const moved = await transaction.participants.moveCursors(
        thread.conversationKey,
        member.type,
        member.key,
        {
          read: Math.min(cursors.read, lastSequence),
          delivered: Math.min(Math.max(cursors.delivered, cursors.read), lastSequence),
          at,
        },
      )
      return moved === undefined ? 0 : this.#tell(transaction, thread, member, before, moved)
    })
  }

  /** Others learn of it only when the whole side got further: a second agent who reads changes no status. */
  async #tell(
    transaction: Transaction,
    thread: ConversationRef,
    member: Member,
    before: Participant[],
    moved: Participant,
  ): Promise<number> {
    const side: Side = member.type
    const old = sideCursor(before, side)
    const now = sideCursor([moved], side)
    const read = now.read > old.read
    if (!read && now.delivered <= old.delivered) return 0
    const [from, to] = read ? [old.read + 1, now.read] : [old.delivered + 1, now.delivered]
    const conversation = await transaction.conversations.revise(thread.conversationKey, {})
    if (conversation === undefined) return 0
    const at = moved.readAt ?? moved.deliveredAt ?? this.#context.clock.now()
    await transaction.conversations.insertChange({
      conversationKey: thread.conversationKey,
      revision: conversation.revision,
      kind: side === 'contact' ? 'receipt_by_contact' : 'receipt_by_agent',
      messageKey: null,
      internal: false,
      sequence: conversation.lastSequence,
      fromSequence: from,
      toSequence: to,
      at,
    })
    transaction.afterCommit(() => {
      this.#context.bus.publish({
        type: 'receipt.moved',
        conversation: thread,
        by: member.actor,
        status: read ? 'READ' : 'DELIVERED',
        upToSequence: to,
        revision: conversation.revision,
        at,
      })
    })
    return transaction.messages.countUnread(thread.conversationKey, from - 1, side, to - from + 1)
  }
}

function furthest(pending: Required<Cursors>, { read = 0, delivered = 0 }: Cursors): Required<Cursors> {
  return { read: Math.max(pending.read, read), delivered: Math.max(pending.delivered, delivered) }
}

/** Servers and operators read on nobody's behalf: they have no cursor. */
function memberOf(principal: Principal): Member | null {
  const { key, id, name } = senderOf(principal)
  if (key === null) return null
  const type = principal.type === 'visitor' ? 'contact' : 'agent'
  return { type, key, actor: { type, key, id, name } }
}

const newParticipant = (thread: ConversationRef, member: Member, at: number) => ({
  conversationKey: thread.conversationKey,
  type: member.type,
  memberKey: member.key,
  role: 'member' as const,
  joinedAt: at,
  leftAt: null,
  readSequence: 0,
  readAt: null,
  deliveredSequence: 0,
  deliveredAt: null,
})
