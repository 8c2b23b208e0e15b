import type { AppError } from '../../core/errors.js'
import type { ConversationView } from '../../core/events.js'
import { unreadOf } from '../../core/members/conversations.js'
import type { Attachment, Contact, Message } from '../../core/model.js'
import { attachmentFact, conversationFact, type FileLink, messageFact } from '../../core/outbox/facts.js'
import type * as wire from './schemas.js'

/** RFC 3339, UTC, milliseconds. */
export const time = (at: number): string => new Date(at).toISOString()

/** A message as webhooks show it, too: one shape wherever it is met. */
export const message = (from: Message, link: FileLink): wire.Message =>
  messageFact(from, link) as wire.Message

export const attachment = (from: Attachment, link: FileLink): wire.Attachment => attachmentFact(from, link)

/** A conversation as somebody sees it: the contact who has this key. */
export function conversation(view: ConversationView, contactKey: number, link: FileLink): wire.Conversation {
  const { queue } = view
  return {
    ...(conversationFact(view, link) as Omit<wire.Conversation, 'unreadCount' | 'queue'>),
    unreadCount: unreadOf(view, contactKey),
    queue: queue && { position: queue.position, etaSeconds: queue.etaSeconds },
  }
}

export const presence = (from: {
  userId: string
  online: boolean
  lastSeenAt: number | null
}): wire.Presence => ({
  userId: from.userId,
  online: from.online,
  lastSeen: from.lastSeenAt === null ? null : time(from.lastSeenAt),
})

export const user = (from: Contact): wire.User => ({
  id: from.id,
  externalUserId: from.externalId ?? from.id,
  name: from.name,
  email: from.email,
  avatar: from.avatar,
  attributes: from.attributes as wire.User['attributes'],
  createdAt: time(from.createdAt),
  updatedAt: time(from.updatedAt),
})

/** What an `error` event and the ack of a refusal carry. */
export const refusal = ({ code, message }: AppError, now: number): wire.Pushes['error'] => ({
  code,
  message,
  timestamp: time(now),
})

/** The body of a refusal over HTTP, which also names the fields that are wrong. */
export const refusalBody = (error: AppError, now: number): wire.Refusal => ({
  ...refusal(error, now),
  ...(error.extras.details && { details: error.extras.details }),
})
