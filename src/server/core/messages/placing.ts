import { hash } from 'node:crypto'
import type { ConversationStep, MessageRow, SenderType } from '../model.js'

/** Who a message is from; the bot and the system have no key. */
export interface Sender {
  type: SenderType
  key: number | null
  id: string | null
  /** Of a contact: what the host application calls them. */
  externalId: string | null
  name: string | null
}

/** A message that has no place in its conversation yet. */
export type Draft = Omit<
  MessageRow,
  'key' | 'conversationKey' | 'sequence' | 'afterSequence' | 'revision'
> & {
  dedupe: number
  localId: string
}

/**
 * A public message takes the sequence that `advance` gave; a note stands after the last one. Written out, because
 * spreading a draft took 4 % of a message.
 */
export function placeIn(conversation: ConversationStep, draft: Draft): Omit<MessageRow, 'key'> {
  const last = conversation.lastSequence
  return {
    id: draft.id,
    conversationKey: conversation.key,
    sequence: draft.internal ? null : last,
    afterSequence: draft.internal ? last : last - 1,
    revision: conversation.revision,
    localId: draft.localId,
    dedupe: draft.dedupe,
    senderType: draft.senderType,
    senderKey: draft.senderKey,
    type: draft.type,
    body: draft.body,
    internal: draft.internal,
    replyTo: draft.replyTo,
    attachmentCount: draft.attachmentCount,
    reactionCount: draft.reactionCount,
    metadata: draft.metadata,
    externalId: draft.externalId,
    createdAt: draft.createdAt,
    editedAt: draft.editedAt,
    deletedAt: draft.deletedAt,
  }
}

export const noteChange = (conversation: ConversationStep, messageKey: number, at: number) => ({
  conversationKey: conversation.key,
  revision: conversation.revision,
  kind: 'message' as const,
  messageKey,
  internal: true,
  sequence: conversation.lastSequence,
  fromSequence: null,
  toSequence: null,
  at,
})

/**
 * 48 bits of a hash of the local id: an integer is what an index on the message path can afford. The sender is
 * left out, because merged contacts send under another key from then on.
 */
export const dedupeOf = (localId: string): number => hash('sha1', localId, 'buffer').readUIntBE(0, 6)
