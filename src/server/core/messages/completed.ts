import { complete } from '../conversations/views.js'
import { notFound } from '../errors.js'
import type { ConversationRef } from '../events.js'
import type { Message, SentMessage } from '../model.js'
import type { Transaction } from '../ports.js'

/** A stored message with all that a format needs besides. */
export async function completed(
  transaction: Transaction,
  thread: ConversationRef,
  row: SentMessage,
): Promise<Message> {
  const [message] = await complete(transaction, thread.conversationId, thread.conversationKey, [row])
  if (message === undefined) throw notFound('message')
  return message
}
