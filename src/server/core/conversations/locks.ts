import { conflict, notFound } from '../errors.js'
import type { ConversationRef } from '../events.js'
import type { Conversation } from '../model.js'
import type { Transaction } from '../ports.js'

/** The conversation, held by this transaction until it ends. Throws not_found. */
export async function locked(transaction: Transaction, thread: ConversationRef): Promise<Conversation> {
  const conversation = await transaction.conversations.lock(thread.conversationKey)
  if (conversation === undefined) throw notFound('conversation')
  return conversation
}

/** The same for one that is not closed. Throws conflict. */
export async function openLocked(transaction: Transaction, thread: ConversationRef): Promise<Conversation> {
  const conversation = await locked(transaction, thread)
  if (conversation.status === 'closed') throw conflict('This conversation is closed. Reopen it first.')
  return conversation
}
