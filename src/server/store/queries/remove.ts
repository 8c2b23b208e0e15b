import { eq, inArray } from 'drizzle-orm'
import type { Access } from './access.js'
import { queueQueries } from './queue.js'
import { lowerWatermarks } from './watermarks.js'

/** Deletes a conversation with all that hangs on it; messages, changes, tags and ratings go by their foreign keys. */
export async function removeConversation(access: Access, key: number): Promise<void> {
  const { db, schema, search } = access
  const { attachments, botTurns, conversations, messages, queueEntries } = schema
  // Uncounts an entry that still waits.
  await queueQueries(access).leave(key, { at: 0, claimedByKey: null })
  await db.delete(queueEntries).where(eq(queueEntries.conversationKey, key))
  await db.delete(botTurns).where(eq(botTurns.conversationKey, key))
  const ofConversation = eq(messages.conversationKey, key)
  const written = db.select({ key: messages.key }).from(messages).where(ofConversation)
  await search.remove((await written).map((message) => message.key))
  await db.delete(attachments).where(inArray(attachments.messageKey, written))
  await db.delete(conversations).where(eq(conversations.key, key))
  await lowerWatermarks(access)
}
