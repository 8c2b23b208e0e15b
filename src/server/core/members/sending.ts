import type { CoreContext } from '../context.js'
import type { ConversationRef } from '../events.js'
import type { ConversationStep } from '../model.js'
import type { Transaction } from '../ports.js'
import type { Principal } from '../principal.js'
import { actorOf, participating, seenThrough } from './participation.js'

/**
 * What a message does in a direct or group conversation: who sends has read all before it, so that nobody's own
 * messages are ever unread to them, and what is unread needs no counting. Throws not_found for who is not in it.
 */
export async function readBySending(
  context: CoreContext,
  transaction: Transaction,
  thread: ConversationRef,
  principal: Principal,
  { lastSequence, revision }: ConversationStep,
): Promise<void> {
  const before = await participating(transaction, thread, principal)
  if (before === null) return
  const at = context.clock.now()
  const { conversationKey, memberKey } = before
  const cursors = { read: lastSequence, delivered: lastSequence, at }
  await transaction.participants.moveCursors(conversationKey, 'contact', memberKey, cursors)
  const upToSequence = lastSequence - 1
  const count = upToSequence - seenThrough(before)
  if (count <= 0) return
  const read = { status: 'READ', upToSequence, messageId: null, whole: true, count, revision, at } as const
  transaction.afterCommit(() =>
    context.bus.publish({ type: 'receipt.moved', conversation: thread, by: actorOf(principal), ...read }),
  )
}
