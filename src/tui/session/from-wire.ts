import type {
  AdminConversation,
  App,
  Contact,
  FoundConversation,
  Member,
  Message,
  CannedReply as WireCannedReply,
  Offer as WireOffer,
  QueueItem as WireQueueItem,
} from './client.js'
import type {
  AppChoice,
  CannedReply,
  Chat,
  Entry,
  EntryStatus,
  Found,
  Offer,
  QueueItem,
  Teammate,
  Visitor,
} from './model.js'

/** The name under which somebody without one appears: the end of their id tells them apart. */
export function visitorName(name: string | null | undefined, id: string | null): string {
  return name || `visitor-${(id ?? '').slice(-4)}`
}

export function chatFromWire(wire: AdminConversation): Chat {
  const last = wire.last_message
  return {
    id: wire.id,
    name: visitorName(wire.user?.name ?? wire.user?.email, wire.visitor_id ?? wire.id),
    status: wire.status,
    handler: wire.handler,
    channel: wire.channel,
    contactId: wire.visitor_id,
    email: wire.user?.email ?? null,
    phone: wire.user?.phone ?? null,
    assignee: wire.assignee,
    priority: wire.priority,
    subject: wire.subject,
    tags: wire.tags,
    lastSequence: wire.last_sequence,
    revision: wire.revision,
    unreadCount: wire.unread_count,
    lastMessage: last && {
      sender: senderFromWire(last.sender),
      body: last.body,
      at: Date.parse(last.created_at),
    },
    waitingSince: timeFromWire(wire.waiting_since),
    online: wire.online,
    metadata: wire.metadata,
    createdAt: Date.parse(wire.created_at),
    rating: wire.summary?.rating ?? null,
    snoozedUntil: timeFromWire(wire.snoozed_until),
  }
}

export function foundFromWire(wire: FoundConversation): Found {
  const chat = chatFromWire(wire)
  const { match } = wire
  if (match === undefined) return { chat, match: null }
  const sender = senderFromWire(match.sender)
  return {
    chat,
    match: {
      id: match.id,
      sequence: match.sequence ?? match.after_sequence,
      sender,
      senderName: match.sender_name || (sender === 'user' ? chat.name : sender),
      internal: match.visibility === 'internal',
      body: match.body,
      at: Date.parse(match.created_at),
    },
  }
}

/** `visitor` is the name for messages of visitors who told none. */
export function entryFromWire(wire: Message, visitor: string): Entry {
  return {
    id: wire.id,
    localId: wire.local_id,
    chatId: wire.conversation_id,
    sequence: wire.sequence,
    afterSequence: wire.after_sequence,
    revision: wire.revision,
    sender: wire.sender,
    senderId: wire.sender_id,
    senderName: wire.sender_name || (wire.sender === 'user' ? visitor : wire.sender),
    body: wire.body,
    attachments: wire.attachments.map(({ id, name, mime_type: mimeType, size }) => ({
      id,
      name,
      mimeType,
      size,
    })),
    reactions: wire.reactions.map(({ emoji, count }) => ({ emoji, count })),
    status: statusFromWire(wire.status),
    internal: wire.visibility === 'internal',
    at: Date.parse(wire.created_at),
    edited: wire.edited_at !== null,
    deleted: wire.deleted_at !== null,
  }
}

export function queueItemFromWire(wire: WireQueueItem): QueueItem {
  return {
    chatId: wire.conversation_id,
    name: visitorName(wire.visitor_name, wire.details?.visitor_id ?? wire.conversation_id),
    priority: wire.priority,
    reason: wire.reason,
    requestedAt: Date.parse(wire.requested_at),
    online: wire.details?.online ?? true,
    preview: wire.details?.last_message ?? null,
  }
}

export function offerFromWire({ conversation, expiresAt }: WireOffer): Offer {
  const { id, name, priority, waitingSince, lastMessage } = chatFromWire(conversation)
  // What the bot or the server said last tells nothing about the visitor.
  const preview = lastMessage?.sender === 'user' ? lastMessage.body : null
  return { chatId: id, name, priority, waitingSince, preview, endsAt: expiresAt }
}

export function teammateFromWire(wire: Member): Teammate {
  const { id, name, availability, connected, capacity, active, role } = wire
  return { id, name, availability, connected, capacity, active, role }
}

export function appFromWire({ id, name, role }: App): AppChoice {
  return { id, name, role }
}

export function cannedFromWire({ name, text }: WireCannedReply): CannedReply {
  return { name, text }
}

export function visitorFromWire(contact: Contact, history: readonly AdminConversation[]): Visitor {
  return {
    contactId: contact.id,
    locale: contact.locale,
    timezone: contact.timezone,
    lastSeenAt: timeFromWire(contact.last_seen_at),
    attributes: contact.attributes,
    history: history.map(chatFromWire),
  }
}

function timeFromWire(time: string | null): number | null {
  return time === null ? null : Date.parse(time)
}

function statusFromWire(status: Message['status']): EntryStatus {
  return ({ SENT: 'sent', DELIVERED: 'delivered', READ: 'read' } as const)[status]
}

function senderFromWire(sender: string): Entry['sender'] {
  return sender === 'agent' || sender === 'bot' || sender === 'system' ? sender : 'user'
}
