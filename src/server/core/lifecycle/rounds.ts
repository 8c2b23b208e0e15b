import type { CoreContext } from '../context.js'
import { revise } from '../conversations/announcements.js'
import type { ConversationRef } from '../events.js'
import type { Conversation, ConversationStep } from '../model.js'
import type { Transaction } from '../ports.js'
import type { Principal } from '../principal.js'
import type { QueueMoves } from '../queue/moves.js'

/** Conversations that open again, and who has them then; each inside the caller's transaction. */
export class Rounds {
  readonly #context: CoreContext
  readonly #moves: QueueMoves

  constructor(context: CoreContext, moves: QueueMoves) {
    this.#context = context
    this.#moves = moves
  }

  /** A closed conversation opens again; who serves it is not said yet. */
  begin(
    transaction: Transaction,
    conversation: ConversationStep,
    openedSequence: number,
  ): Promise<Conversation> {
    const at = this.#context.clock.now()
    return revise(transaction, conversation.key, at, {
      status: 'open',
      closedAt: null,
      openedAt: at,
      openedSequence,
      firstReplyAt: null,
      waitedMs: null,
      transferred: false,
    })
  }

  /** What was snoozed goes on. */
  rouse(transaction: Transaction, { key }: ConversationStep): Promise<Conversation> {
    return revise(transaction, key, this.#context.clock.now(), { status: 'open', snoozedUntil: null })
  }

  /** An opened conversation that no agent has: to the agent who opened it, else into the queue. */
  async handOver(
    transaction: Transaction,
    opener: Principal | null,
    thread: ConversationRef,
    conversation: Conversation,
  ): Promise<Conversation> {
    if (conversation.handler === 'agent') return conversation
    // Straight to the agent: by way of the queue it would count as a wait of no time.
    if (opener?.type === 'agent') return this.#moves.assign(transaction, thread, opener.agent)
    const reason = conversation.handler === null ? 'reopened' : undefined
    return this.#moves.enterAgain(transaction, thread, conversation, { reason })
  }
}
