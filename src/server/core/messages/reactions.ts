import type { CoreContext } from '../context.js'
import { revise } from '../conversations/announcements.js'
import type { Threads } from '../conversations/threads.js'
import { complete } from '../conversations/views.js'
import { conflict, forbidden, notFound } from '../errors.js'
import type { ActorRef, ConversationRef } from '../events.js'
import { participating } from '../members/participation.js'
import type { Message, Reaction, SentMessage } from '../model.js'
import type { Outbox } from '../outbox/outbox.js'
import type { Transaction } from '../ports.js'
import { isCustomer, type Principal } from '../principal.js'
import { cleanEmoji } from '../text.js'
import { senderOf } from './senders.js'

/** One emoji by one participant on one message, at most once. */
export class Reactions {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #outbox: Outbox

  constructor(context: CoreContext, threads: Threads, outbox: Outbox) {
    this.#context = context
    this.#threads = threads
    this.#outbox = outbox
  }

  add(principal: Principal, conversationId: string, messageId: string, emoji: string): Promise<Message> {
    const createdAt = this.#context.clock.now()
    return this.#change(principal, conversationId, messageId, emoji, true, (transaction, reaction) =>
      transaction.messages.insertReaction({ ...reaction, createdAt }),
    )
  }

  remove(principal: Principal, conversationId: string, messageId: string, emoji: string): Promise<Message> {
    return this.#change(principal, conversationId, messageId, emoji, false, (transaction, reaction) =>
      transaction.messages.removeReaction(reaction),
    )
  }

  async #change(
    principal: Principal,
    conversationId: string,
    messageId: string,
    emoji: string,
    added: boolean,
    apply: (transaction: Transaction, reaction: Reaction) => Promise<boolean>,
  ): Promise<Message> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    const { key, id, externalId, name } = senderOf(principal)
    if (key === null) throw forbidden('Only people react to messages. Use an agent’s token.')
    const type = isCustomer(principal) ? 'contact' : 'agent'
    const by: ActorRef = { type, key, id, externalId, name }
    const cleaned = cleanEmoji(emoji)
    return this.#context.store.transaction(async (transaction) => {
      await transaction.conversations.lock(thread.conversationKey)
      const row = await this.#row(transaction, principal, thread, messageId)
      const changed = await apply(transaction, { messageKey: row.key, type, memberKey: key, emoji: cleaned })
      const current = changed ? await this.#touch(transaction, row) : row
      const [message] = await complete(transaction, conversationId, thread.conversationKey, [current])
      if (message === undefined) throw notFound('message')
      if (!changed) return message
      const change = { message, by, emoji: cleaned, added }
      await this.#outbox.reaction(transaction, thread, change)
      transaction.afterCommit(() =>
        this.#context.bus.publish({ type: 'reaction.changed', conversation: thread, ...change }),
      )
      return message
    }, thread.conversationKey)
  }

  async #row(
    transaction: Transaction,
    principal: Principal,
    thread: ConversationRef,
    id: string,
  ): Promise<SentMessage> {
    await participating(transaction, thread, principal)
    const row = await transaction.messages.byId(thread.conversationKey, id)
    if (row === undefined || (row.internal && isCustomer(principal))) throw notFound('message')
    if (row.deletedAt !== null) throw conflict('This message was deleted. React to another one.')
    return row
  }

  async #touch(transaction: Transaction, row: SentMessage): Promise<SentMessage> {
    const message = { key: row.key, internal: row.internal }
    const { revision } = await revise(
      transaction,
      row.conversationKey,
      this.#context.clock.now(),
      {},
      message,
    )
    const reactionCount = (await transaction.messages.reactions([row.key])).length
    await transaction.messages.update(row.key, { revision, reactionCount })
    return { ...row, revision, reactionCount }
  }
}
