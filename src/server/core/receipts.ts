import type { CoreContext } from './context.js'
import type { ActorRef, ConversationRef } from './events.js'
import { locked } from './locks.js'
import { senderOf } from './messages.js'
import type { Participant } from './model.js'
import { newParticipant } from './participants.js'
import type { Transaction } from './ports.js'
import type { Principal } from './principal.js'
import type { Threads } from './threads.js'
import { sideCursor } from './views.js'

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

/** Messages after a sequence and up to another one got a status. */
interface Step {
  status: 'DELIVERED' | 'READ'
  after: number
  through: number
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
      await transaction.participants.ensure(
        newParticipant(thread.conversationKey, member.type, member.key, at),
      )
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
    }, thread.conversationKey)
  }

  /** Others learn of it only when the whole side got further: a second agent who reads changes no status. */
  async #tell(
    transaction: Transaction,
    thread: ConversationRef,
    member: Member,
    before: Participant[],
    moved: Participant,
  ): Promise<number> {
    const old = sideCursor(before, member.type)
    const now = sideCursor([moved], member.type)
    const read: Step = { status: 'READ', after: old.read, through: now.read }
    const delivered: Step = {
      status: 'DELIVERED',
      after: Math.max(old.delivered, now.read),
      through: now.delivered,
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
    { status, after, through }: Step,
  ): Promise<number> {
    const { conversationKey } = thread
    const conversation = await transaction.conversations.revise(conversationKey, {})
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
      const moved = { by, status, upToSequence: through, messageId: null, count, revision, at }
      this.#context.bus.publish({ type: 'receipt.moved', conversation: thread, ...moved })
    })
    return count
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
