import type { Conversation, ConversationKind, Message, ParticipantType, PriorityRank } from './model.js'
import type { ParticipantView } from './ports/members.js'
import type { OfferOutcome, OfferView } from './routing/offer.js'

/** Who did it or is meant: a participant with the id and name that wires show. */
export interface ActorRef {
  type: ParticipantType | 'system'
  id: string | null
  /** Of a contact: what the host application calls them. */
  externalId?: string | null
  key: number | null
  name: string | null
}

/** Where an event happened. Every event carries the app, so that no listener can mix tenants up. */
export interface ConversationRef {
  appKey: number
  appId: string
  conversationId: string
  conversationKey: number
  /** Of a support conversation: whom it serves. */
  contactKey: number | null
  kind: ConversationKind
}

interface InConversation {
  conversation: ConversationRef
}

export type MessageEvent = InConversation & {
  type: 'message.created' | 'message.updated' | 'message.deleted'
  message: Message
}
export type ReactionEvent = InConversation & {
  type: 'reaction.changed'
  message: Message
  by: ActorRef
  emoji: string
  added: boolean
}
export type ReceiptEvent = InConversation & {
  type: 'receipt.moved'
  by: ActorRef
  status: 'DELIVERED' | 'READ'
  upToSequence: number
  /** The message that the reader named, if any. */
  messageId: string | null
  /** The reader meant the conversation up to there, and not one message. */
  whole: boolean
  /** How many messages it changed. */
  count: number
  revision: number
  at: number
}
export type TypingEvent = InConversation & {
  type: 'typing'
  by: ActorRef
  isTyping: boolean
  /** Text, or a voice message. */
  activity: 'text' | 'recording'
}
/** Somebody came into a direct or group conversation, left it, or has another role there. */
export type ParticipantEvent = InConversation & {
  type: 'participant.added' | 'participant.removed' | 'participant.changed'
  participant: ParticipantView
  view: ConversationView
  at: number
}
/** A conversation is there no longer: for everybody, or only for one contact who deleted it for themselves. */
export type RemovalEvent = InConversation & {
  type: 'conversation.removed'
  /** Null: for everybody. */
  forContactKey: number | null
  /** Contacts who were in it. */
  contactKeys: number[]
}
/** One contact has deleted a message for themselves; nobody else hears of it. */
export type HiddenEvent = InConversation & {
  type: 'message.hidden'
  messageId: string
  forContactKey: number
  at: number
}
/** A reply as it is being written: the text so far, so that one that is lost is healed by the next. */
export type DeltaEvent = InConversation & {
  type: 'message.delta'
  turnId: string
  /** 0, 1, 2 … in a turn; an older one than the last seen is stale. */
  index: number
  text: string
  /** The last of its turn: the message itself follows, or there is none. */
  done: boolean
}
export type ConversationEvent = InConversation & {
  /** `queue.position` is for visitors alone: nothing but their place in the queue has changed. */
  type: 'conversation.created' | 'conversation.updated' | 'queue.position'
  view: ConversationView
}
export interface QueueEvent {
  type: 'queue.changed'
  appKey: number
  appId: string
  change: number
  size: number
  added: QueueAddition[]
  /** Ids of conversations. */
  removed: string[]
}
/** For one agent: a conversation is offered, or offered no longer. */
export type OfferEvent = { appKey: number; appId: string; agentKey: number } & (
  | { type: 'offer.made'; offer: OfferView }
  | { type: 'offer.ended'; conversationId: string; outcome: OfferOutcome }
)
export interface QueueAddition {
  conversationId: string
  priority: PriorityRank
  reason: string | null
  requestedAt: number
  visitorName: string | null
}
export interface PresenceEvent {
  type: 'presence.changed'
  appKey: number
  appId: string
  subject: 'contact' | 'agent'
  id: string
  key: number
  name: string | null
  /** Of a contact: what the host application calls them. */
  externalId: string | null
  online: boolean
  /** Whose participants may care: of an agent the open conversations assigned to them, of a contact their direct and group ones. */
  conversationKeys: number[]
  at: number
}
export interface SessionEvent {
  type: 'session.connected' | 'session.disconnected'
  appKey: number
  appId: string
  session: SessionView
}

/** Contacts were merged, changed or deleted: what is remembered of who is who is forgotten. */
export interface IdentitiesEvent {
  type: 'identities.changed'
  appKey: number
  appId: string
}

/** What an app tells the outside, and whom, has changed. */
export interface OutboxSettingsEvent {
  type: 'outbox.changed'
  appKey: number
  appId: string
}

/** Something was written for the outside: a dispatcher or a reader who waits may look. */
export interface OutboxWrittenEvent {
  type: 'outbox.written'
  appKey: number
  appId: string
}

/**
 * A credential opens less than before: it was revoked, or its agent has another role or none. Connections that
 * it opened must prove themselves again.
 */
export interface AccessEvent {
  type: 'access.changed'
  appKey: number
  appId: string
  /** One of the two: the id of an API key, or the key of an agent. */
  keyId: string | null
  agentKey: number | null
  /** A member whom the host deleted: the key of the contact. */
  contactKey?: number
}

/** Something that happened, told after its commit to every node. */
export type DomainEvent = (
  | MessageEvent
  | ReactionEvent
  | ReceiptEvent
  | TypingEvent
  | DeltaEvent
  | ConversationEvent
  | ParticipantEvent
  | RemovalEvent
  | HiddenEvent
  | QueueEvent
  | OfferEvent
  | PresenceEvent
  | SessionEvent
  | AccessEvent
  | IdentitiesEvent
  | OutboxSettingsEvent
  | OutboxWrittenEvent
) & {
  /** The trace in which it was published, as a W3C traceparent. */
  trace?: string
}

export interface SessionView {
  deviceId: string
  contactId: string
  conversationId: string | null
  platform: string | null
  at: number
}

/** A conversation with all that its formats show: made once after a change, formatted by each protocol. */
export interface ConversationView {
  conversation: Conversation
  appId: string
  contact: {
    id: string
    externalId: string | null
    name: string | null
    email: string | null
    phone: string | null
  } | null
  assignee: { id: string; name: string } | null
  /** Of a direct or group conversation: who is in it now, in the order in which they came. */
  participants: ParticipantView[]
  queue: { position: number; etaSeconds: number | null; priority: PriorityRank; requestedAt: number } | null
  tags: string[]
  lastMessage: Message | null
  /** Unread by the contact, and by whoever serves. */
  unread: { contact: number; agent: number }
  online: boolean
}
