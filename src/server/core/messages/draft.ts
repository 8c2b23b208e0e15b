import type { CoreContext } from '../context.js'
import { invalid } from '../errors.js'
import { newId } from '../ids.js'
import type { Json, MessageType } from '../model.js'
import { cleanBody, cleanMetadata, cleanText } from '../text.js'
import { type Draft, dedupeOf, type Sender } from './placing.js'

export interface NewMessage {
  localId: string
  body?: string
  type?: MessageType
  /** Ids of uploaded files, at most 10. */
  attachments?: string[]
  replyTo?: string
  metadata?: Json
  /** An internal note reaches no visitor and takes no sequence. */
  internal?: boolean
  /** Refuse when the contact wrote something after this sequence. */
  expectSequence?: number
}

/** What is sent, cleaned and within the limits, before it has a place. Throws invalid_request. */
export function draftOf({ limits, clock }: CoreContext, input: NewMessage, sender: Sender): Draft {
  const attachmentIds = input.attachments ?? []
  if (attachmentIds.length > limits.attachmentsPerMessage)
    throw invalid(
      `A message carries at most ${limits.attachmentsPerMessage} attachments. Send the rest in another.`,
    )
  const localId = cleanText(input.localId)
  return {
    id: newId('msg'),
    localId,
    dedupe: dedupeOf(localId),
    senderType: sender.type,
    senderKey: sender.key,
    type: input.type ?? 'text',
    body: cleanBody(input.body ?? '', limits.bodyCodePoints, attachmentIds.length > 0),
    internal: input.internal ?? false,
    replyTo: input.replyTo ?? null,
    attachmentCount: attachmentIds.length,
    reactionCount: 0,
    metadata: input.metadata === undefined ? null : cleanMetadata(input.metadata, limits.metadataBytes),
    externalId: null,
    createdAt: clock.now(),
    editedAt: null,
    deletedAt: null,
  }
}
