import type { CoreContext } from '../context.js'
import type { Views } from '../conversations/views.js'
import type { ConversationRef, ParticipantEvent } from '../events.js'
import type { Conversation } from '../model.js'
import { participantFact } from '../outbox/facts.js'
import type { Outbox } from '../outbox/outbox.js'
import type { ParticipantView } from '../ports/members.js'
import type { Transaction } from '../ports.js'

export interface MemberChange {
  type: ParticipantEvent['type']
  participant: ParticipantView
}

/**
 * Tells what happens to direct and group conversations. Views are made inside the transaction and published by its
 * commit's own hook: a connection joins a conversation's room when it hears of it, which must be before any message.
 */
export class MemberNews {
  readonly #context: CoreContext
  readonly #views: Views
  readonly #outbox: Outbox

  constructor(context: CoreContext, views: Views, outbox: Outbox) {
    this.#context = context
    this.#views = views
    this.#outbox = outbox
  }

  async begun(transaction: Transaction, thread: ConversationRef, conversation: Conversation): Promise<void> {
    const view = await this.#view(transaction, thread, conversation)
    await this.#outbox.conversation(transaction, appOf(thread), 'conversation.created', conversation)
    transaction.afterCommit(() =>
      this.#context.bus.publish({ type: 'conversation.created', conversation: thread, view }),
    )
  }

  /** Several changes of who takes part, which are one change of the conversation. */
  async changed(
    transaction: Transaction,
    thread: ConversationRef,
    conversation: Conversation,
    changes: readonly MemberChange[],
  ): Promise<void> {
    const view = await this.#view(transaction, thread, conversation)
    const at = this.#context.clock.now()
    for (const { type, participant } of changes) {
      if (type === 'participant.changed') continue
      const data = () => participantFact(thread, participant, at)
      const { conversationKey } = thread
      await this.#outbox.record(transaction, appOf(thread), { type, conversationKey, data })
    }
    transaction.afterCommit(() => {
      for (const change of changes) this.#context.bus.publish({ ...change, conversation: thread, view, at })
    })
  }

  /** For everybody, or for the one contact who deleted it for themselves. */
  async removed(
    transaction: Transaction,
    thread: ConversationRef,
    contactKeys: number[],
    forContactKey: number | null,
  ): Promise<void> {
    const { conversationKey: key, conversationId: id } = thread
    if (forContactKey === null)
      await this.#outbox.conversationDeleted(transaction, appOf(thread), { key, id })
    transaction.afterCommit(() =>
      this.#context.bus.publish({
        type: 'conversation.removed',
        conversation: thread,
        forContactKey,
        contactKeys,
      }),
    )
  }

  #view(transaction: Transaction, thread: ConversationRef, conversation: Conversation) {
    return this.#views.one(appOf(thread), conversation, transaction)
  }
}

const appOf = ({ appKey, appId }: ConversationRef) => ({ key: appKey, id: appId })
