import type { CoreContext } from '../context.js'
import { notFound } from '../errors.js'
import type { ActorRef, ConversationRef, ReceiptEvent } from '../events.js'
import type { Reading } from '../messages/receipts.js'
import type { Conversation, Participant } from '../model.js'
import type { Transaction } from '../ports.js'
import { seenThrough } from './participation.js'

/**
 * Moves a member's own cursor in a direct or group conversation; gives how many messages of others it passed. It takes
 * no revision and no change row, unlike in support: in a group of 1,000 each message would make 1,000 changes and put
 * everybody who was away past the bound for resuming. Who comes back reads the cursors with the participants.
 */
export async function readTogether(
  context: CoreContext,
  transaction: Transaction,
  thread: ConversationRef,
  by: ActorRef,
  reading: Reading,
): Promise<number> {
  const { conversationKey } = thread
  if (by.key === null) return 0
  const before = await transaction.members.participant(conversationKey, by.key)
  const conversation = await transaction.conversations.byKey(conversationKey)
  if (before === undefined || conversation === undefined) throw notFound('conversation')
  const at = context.clock.now()
  const cursors = within(conversation, reading)
  const moved = await transaction.participants.moveCursors(conversationKey, 'contact', by.key, {
    ...cursors,
    at,
  })
  if (moved === undefined) return 0
  const passed = steps(before, moved, reading)
  const { revision } = conversation
  transaction.afterCommit(() => {
    for (const step of passed)
      context.bus.publish({ type: 'receipt.moved', conversation: thread, by, revision, at, ...step })
  })
  return passed.reduce((total, { count }) => total + count, 0)
}

function within({ lastSequence }: Conversation, { read, delivered }: Reading) {
  return {
    read: Math.min(read, lastSequence),
    delivered: Math.min(Math.max(delivered, read), lastSequence),
  }
}

type Step = Pick<ReceiptEvent, 'status' | 'upToSequence' | 'messageId' | 'whole' | 'count'>

/** Whoever sends has read and received all before, so between two places of a cursor lie only messages of others. */
function steps(before: Participant, moved: Participant, { messageId, whole }: Reading): Step[] {
  const known = seenThrough(before)
  const delivered = Math.max(before.deliveredSequence, known, moved.readSequence)
  const read: Step = {
    status: 'READ',
    upToSequence: moved.readSequence,
    messageId,
    whole,
    count: moved.readSequence - known,
  }
  const received: Step = {
    status: 'DELIVERED',
    upToSequence: moved.deliveredSequence,
    messageId: null,
    whole: true,
    count: moved.deliveredSequence - delivered,
  }
  return [read, received].filter(({ count }) => count > 0)
}
