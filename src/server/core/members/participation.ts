import { notFound } from '../errors.js'
import type { ActorRef, ConversationRef } from '../events.js'
import { senderOf } from '../messages/senders.js'
import type { Participant } from '../model.js'
import type { Transaction } from '../ports.js'
import { isCustomer, type Principal } from '../principal.js'

/**
 * Asked again inside the transaction that holds the conversation: who was removed meanwhile changes nothing there any
 * more. Null in a support conversation, whose contact stays the same. Throws not_found.
 */
export async function participating(
  transaction: Transaction,
  { kind, conversationKey }: ConversationRef,
  principal: Principal,
): Promise<Participant | null> {
  if (kind === 'support') return null
  const own = isCustomer(principal)
    ? await transaction.members.participant(conversationKey, principal.contact.key)
    : undefined
  if (own === undefined) throw notFound('conversation')
  return own
}

/** A customer as events name them. */
export function actorOf(principal: Principal): ActorRef {
  const { type, key, id, externalId, name } = senderOf(principal)
  return { type, key, id, externalId, name }
}

/** Up to where nothing is unread to the participant: read, or deleted by them. */
export const seenThrough = ({ readSequence, hiddenThrough }: Participant): number =>
  Math.max(readSequence, hiddenThrough, 0)
