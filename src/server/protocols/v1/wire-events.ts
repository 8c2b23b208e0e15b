import type {
  ConversationEvent,
  DeltaEvent,
  PresenceEvent,
  QueueEvent,
  ReactionEvent,
  ReceiptEvent,
  SessionView,
  TypingEvent,
} from '../../core/events.js'
import { type Message, priorityName } from '../../core/model.js'
import type { OfferView } from '../../core/routing/offer.js'
import type { WireEvent } from '../protocol.js'
import type * as v1 from './schemas.js'
import { adminConversation, conversation, type Reader, reactions, time } from './wire.js'

/** Formats of what the server says by itself. */
export const session = (from: SessionView): v1.Session => ({
  device_id: from.deviceId,
  visitor_id: from.contactId,
  conversation_id: from.conversationId,
  platform: from.platform,
  at: time(from.at),
})

export const messageDeleted = (from: Message): v1.ClientPushes['message:deleted'] => ({
  message_id: from.id,
  conversation_id: from.conversationId,
  sequence: from.sequence,
  revision: from.revision,
  deleted_at: time(from.deletedAt ?? 0),
})

export const messageStatus = (from: ReceiptEvent): v1.ClientPushes['message:status'] => ({
  conversation_id: from.conversation.conversationId,
  by: from.by.type === 'contact' ? 'user' : 'agent',
  status: from.status,
  up_to_sequence: from.upToSequence,
  revision: from.revision,
  at: time(from.at),
})

export const reactionChanged = (
  from: ReactionEvent,
  reader: Reader,
): v1.ClientPushes['reaction:changed'] => ({
  conversation_id: from.message.conversationId,
  message_id: from.message.id,
  reactions: reactions(from.message.reactions, reader),
  by: { type: from.by.type === 'contact' ? 'user' : from.by.type, id: from.by.id ?? '' },
  revision: from.message.revision,
})

/** Null for software that writes on nobody's behalf. */
export function typing({ conversation: { conversationId }, by, isTyping }: TypingEvent): WireEvent | null {
  if (by.id === null) return null
  if (by.type === 'contact') {
    const payload = { conversation_id: conversationId, visitor_id: by.id, is_typing: isTyping }
    return ['user:typing', payload satisfies v1.ClientPushes['user:typing']]
  }
  const agent = { id: by.id, name: by.name ?? '' }
  const payload = { conversation_id: conversationId, agent, is_typing: isTyping }
  return ['agent:typing', payload satisfies v1.ClientPushes['agent:typing']]
}

export const messageDelta = (from: DeltaEvent): v1.ClientPushes['message:delta'] => ({
  conversation_id: from.conversation.conversationId,
  turn_id: from.turnId,
  index: from.index,
  text: from.text,
  done: from.done,
})

export const queueChanged = (from: QueueEvent): v1.AdminPushes['queue:changed'] => ({
  ...(from.added.length > 0 && {
    added: from.added.map((entry) => ({
      conversation_id: entry.conversationId,
      priority: priorityName(entry.priority),
      reason: entry.reason,
      requested_at: time(entry.requestedAt),
      visitor_name: entry.visitorName,
    })),
  }),
  ...(from.removed.length > 0 && { removed: from.removed }),
  size: from.size,
  change: from.change,
})

/** What an agent is offered, until when, and for how many milliseconds from now: clocks may differ. */
export const offer = ({ view, endsAt }: OfferView, now: number): v1.AdminPushes['queue:offer'] => ({
  conversation: adminConversation(view),
  expires_at: time(endsAt),
  expires_in: Math.max(0, endsAt - now),
})

export const presenceChange = (from: PresenceEvent): v1.AdminPushes['presence:change'] => ({
  subject: from.subject === 'contact' ? 'user' : 'agent',
  id: from.id,
  online: from.online,
  at: time(from.at),
})

export const agentPresence = (from: PresenceEvent): v1.ClientPushes['agent:presence'] => ({
  agent: { id: from.id, name: from.name ?? '' },
  online: from.online,
  at: time(from.at),
})

export const conversationForVisitor = ({ view }: ConversationEvent): v1.Conversation => conversation(view)
export const conversationForStaff = ({ view }: ConversationEvent): v1.AdminConversation =>
  adminConversation(view)
