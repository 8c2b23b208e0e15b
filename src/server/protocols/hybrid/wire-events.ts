import type {
  HiddenEvent,
  ParticipantEvent,
  PresenceEvent,
  ReactionEvent,
  ReceiptEvent,
  TypingEvent,
} from '../../core/events.js'
import type { Message } from '../../core/model.js'
import { presenceFact, reactionFact, userIdOf } from '../../core/outbox/facts.js'
import type { WireEvent } from '../protocol.js'
import type { Pushes } from './schemas.js'
import { time } from './wire.js'

/** An event whose payload is held to its name by the compiler. */
const push = <Name extends keyof Pushes>(name: Name, payload: Pushes[Name]): WireEvent => [name, payload]

export const messageUpdated = (from: Message): WireEvent =>
  push('message:updated', {
    messageId: from.id,
    content: from.body,
    isEdited: from.editedAt !== null,
    updatedAt: time(from.editedAt ?? from.createdAt),
  })

export const messageDeleted = (from: Message): WireEvent =>
  push('message:deleted', {
    messageId: from.id,
    conversationId: from.conversationId,
    deletedAt: time(from.deletedAt ?? from.createdAt),
  })

export const messageHidden = ({ messageId, conversation: { conversationId }, at }: HiddenEvent): WireEvent =>
  push('message:deleted', { messageId, conversationId, deletedAt: time(at) })

/** Null for one who has no name on this wire. */
export function reactionChanged({ message, by, emoji, added }: ReactionEvent): WireEvent | null {
  const { userId, ...fact } = reactionFact(message, by, emoji)
  return userId === null ? null : push(added ? 'reaction:added' : 'reaction:removed', { ...fact, userId })
}

/** The event says what the reader meant, a message or the conversation. Null for what was only delivered. */
export function read({ by, conversation, messageId, ...from }: ReceiptEvent): WireEvent | null {
  const userId = userIdOf(by)
  if (from.status !== 'READ' || userId === null) return null
  const { conversationId } = conversation
  const readAt = time(from.at)
  if (messageId !== null && !from.whole)
    return push('message:read', { messageId, conversationId, userId, readAt })
  const upTo = messageId === null ? {} : { upToMessageId: messageId }
  return push('conversation:read', { conversationId, userId, ...upTo, count: from.count, readAt })
}

/** Null for software that writes on nobody's behalf. */
export function typing({ conversation, by, isTyping, activity }: TypingEvent, now: number): WireEvent | null {
  const userId = userIdOf(by)
  if (userId === null) return null
  const { conversationId } = conversation
  const payload = { conversationId, userId, isActive: isTyping, timestamp: time(now) }
  return activity === 'recording'
    ? push('user:recording', { ...payload, type: 'recording' })
    : push('user:typing', { ...payload, type: 'typing' })
}

export function presenceChanged(from: PresenceEvent): WireEvent {
  const fact = presenceFact(from)
  const userId = fact.userId ?? from.id
  return from.online
    ? push('user:online', { userId, timestamp: fact.timestamp })
    : push('user:offline', { userId, timestamp: fact.timestamp, lastSeen: time(from.at) })
}

export const participantMoved = (
  name: 'participant:added' | 'participant:removed',
  { conversation: { conversationId }, participant: { userId }, at }: ParticipantEvent,
): WireEvent => push(name, { conversationId, userId, timestamp: time(at) })

export const conversationRemoved = (conversationId: string): WireEvent =>
  push('conversation:removed', { conversationId })
