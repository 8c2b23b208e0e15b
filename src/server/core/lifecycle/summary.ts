import type { Conversation, ConversationSummary } from '../model.js'
import type { Transaction } from '../ports.js'

/** The figures of the round of a conversation that ends at `at` (epoch milliseconds). */
export async function summarise(
  transaction: Transaction,
  conversation: Conversation,
  at: number,
): Promise<ConversationSummary> {
  const counts = await transaction.messages.countBySender(conversation.key, conversation.openedSequence)
  const messages = { contact: 0, agent: 0, bot: 0, system: 0 }
  for (const { senderType, count } of counts) messages[senderType] = count
  const { openedAt, firstReplyAt, waitedMs, transferred } = conversation
  return {
    messages,
    waitingSeconds: seconds(waitedMs),
    firstReplySeconds: seconds(firstReplyAt === null ? null : firstReplyAt - openedAt),
    totalSeconds: Math.round((at - openedAt) / 1000),
    transferred,
    rating: null,
  }
}

const seconds = (milliseconds: number | null) =>
  milliseconds === null ? null : Math.round(milliseconds / 1000)
