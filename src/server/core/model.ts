import type { BotSettings } from './bot/settings.js'

/**
 * The entities of ReplyHQ, as the core and the store know them. `key` is the table's own integer and never
 * leaves the server; `id` is what every wire shows. Times are milliseconds since 1970, UTC.
 */
export type Json = Record<string, unknown>

export type Role = 'owner' | 'admin' | 'agent' | 'viewer'
export type KeyKind = 'publishable' | 'secret'
export type KeyScope = 'read' | 'write' | 'admin'
export type Availability = 'online' | 'away' | 'offline'
export type ConversationKind = 'support' | 'direct' | 'group'
export type ConversationStatus = 'open' | 'snoozed' | 'closed'
export type Handler = 'bot' | 'queue' | 'agent'
export type Priority = 'high' | 'normal' | 'low'
export type PriorityRank = 0 | 1 | 2
export type ParticipantType = 'contact' | 'agent' | 'bot'
export type ParticipantRole = 'owner' | 'admin' | 'member'
export type SenderType = 'contact' | 'agent' | 'bot' | 'system'
export type MessageType = 'text' | 'image' | 'file' | 'event'
/** A receipt's kind says whose cursor moved. */
export type ChangeKind = 'message' | 'conversation' | 'receipt_by_contact' | 'receipt_by_agent'
export type MessageStatus = 'SENT' | 'DELIVERED' | 'READ'
export type DeliveryKind = 'webhook' | 'channel' | 'push'
export type DeliveryState = 'pending' | 'done' | 'dead'

export interface AppSettings {
  requireIdentity: boolean
  routing: 'manual' | 'round_robin' | 'least_busy'
  reopenWindowDays: number
  agentGraceSeconds: number
  botSuspensionMinutes: number
  /** How urgent a conversation is by `customerType` in its metadata. */
  customerPriorities: Record<string, Priority>
  /** Null: the app has no bot. */
  bot: BotSettings | null
}

export interface App {
  key: number
  id: string
  name: string
  identitySecret: string
  settings: Partial<AppSettings>
  createdAt: number
}

export interface ApiKey {
  key: number
  id: string
  appKey: number
  kind: KeyKind
  prefix: string
  hash: string
  name: string | null
  scopes: KeyScope[]
  createdAt: number
  lastUsedAt: number | null
  expiresAt: number | null
  revokedAt: number | null
}

export interface Agent {
  key: number
  id: string
  name: string
  email: string
  passwordHash: string | null
  availability: Availability
  failedLogins: number
  failedLoginsSince: number | null
  lockedUntil: number | null
  createdAt: number
  disabledAt: number | null
}

export interface Membership {
  appKey: number
  agentKey: number
  role: Role
  capacity: number
  createdAt: number
}

export interface RefreshToken {
  key: number
  hash: string
  family: string
  agentKey: number
  createdAt: number
  expiresAt: number
  usedAt: number | null
  revokedAt: number | null
}

export interface PersonalToken {
  key: number
  id: string
  agentKey: number
  name: string | null
  prefix: string
  hash: string
  createdAt: number
  lastUsedAt: number | null
  expiresAt: number | null
  revokedAt: number | null
}

export interface AuditEvent {
  key: number
  id: string
  appKey: number | null
  at: number
  actorType: string
  actorId: string | null
  actorName: string | null
  action: string
  target: string | null
  details: Json
}

export interface Contact {
  key: number
  id: string
  appKey: number
  externalId: string | null
  name: string | null
  email: string | null
  phone: string | null
  avatar: string | null
  locale: string | null
  timezone: string | null
  attributes: Json
  botSuspendedUntil: number | null
  leadStage: string | null
  lastSeenAt: number | null
  createdAt: number
  updatedAt: number
  /** A member whom the host deleted. */
  deletedAt: number | null
}

export interface Device {
  key: number
  appKey: number
  deviceId: string
  contactKey: number
  platform: string | null
  osVersion: string | null
  appVersion: string | null
  model: string | null
  locale: string | null
  timezone: string | null
  sdkVersion: string | null
  pushToken: string | null
  lastSeenAt: number
  createdAt: number
}

export interface ConversationSummary {
  messages: { contact: number; agent: number; bot: number; system: number }
  waitingSeconds: number | null
  firstReplySeconds: number | null
  totalSeconds: number
  transferred: boolean
  rating: number | null
}

export interface Conversation {
  key: number
  id: string
  appKey: number
  kind: ConversationKind
  channel: string
  contactKey: number | null
  deviceId: string | null
  status: ConversationStatus
  handler: Handler | null
  priority: Priority
  assigneeKey: number | null
  subject: string | null
  metadata: Json
  botContext: Json | null
  lastSequence: number
  revision: number
  lastContactSequence: number
  lastMessageAt: number | null
  snoozedUntil: number | null
  transferred: boolean
  firstReplyAt: number | null
  waitedMs: number | null
  /** When this round began: at its creation or last reopening, and the sequence before it. */
  openedAt: number
  openedSequence: number
  closings: number
  summary: ConversationSummary | null
  /** Of a direct conversation: its two contacts, in the order of their keys. */
  directKey: string | null
  createdAt: number
  updatedAt: number
  closedAt: number | null
}

/** What a message needs to know of its conversation: the message path reads no more. */
export type ConversationStep = Pick<
  Conversation,
  | 'key'
  | 'status'
  | 'handler'
  | 'priority'
  | 'lastSequence'
  | 'revision'
  | 'lastContactSequence'
  | 'firstReplyAt'
  | 'closedAt'
>

export interface Participant {
  key: number
  conversationKey: number
  type: ParticipantType
  memberKey: number
  role: ParticipantRole
  joinedAt: number
  leftAt: number | null
  readSequence: number
  readAt: number | null
  deliveredSequence: number
  deliveredAt: number | null
  /** What the participant deleted for themselves: nothing up to this sequence is shown to them. */
  hiddenThrough: number
}

export interface MessageRow {
  key: number
  id: string
  conversationKey: number
  sequence: number | null
  afterSequence: number
  revision: number
  localId: string | null
  dedupe: number | null
  senderType: SenderType
  senderKey: number | null
  type: MessageType
  body: string
  internal: boolean
  replyTo: string | null
  attachmentCount: number
  reactionCount: number
  metadata: Json | null
  externalId: string | null
  createdAt: number
  editedAt: number | null
  deletedAt: number | null
}

/** A message with the sender's public id and name, as the pages give it. */
export interface SentMessage extends MessageRow {
  senderId: string | null
  /** Of a contact: what the host application calls them. */
  senderExternalId: string | null
  senderName: string | null
}

export interface Reaction {
  messageKey: number
  type: ParticipantType
  memberKey: number
  emoji: string
}

/** A reaction with whom it is from: a contact's external id, else the id; null for one who is there no longer. */
export interface GivenReaction extends Reaction {
  userId: string | null
}

/** A message ready to be formatted by any protocol. */
export interface Message extends SentMessage {
  conversationId: string
  /** By the other side's cursor. */
  status: MessageStatus
  reactions: GivenReaction[]
  attachments: Attachment[]
}

export interface Change {
  conversationKey: number
  revision: number
  kind: ChangeKind
  messageKey: number | null
  internal: boolean
  sequence: number
  fromSequence: number | null
  toSequence: number | null
  at: number
}

export interface Attachment {
  key: number
  id: string
  appKey: number
  uploaderType: SenderType
  uploaderKey: number | null
  messageKey: number | null
  name: string
  mimeType: string
  size: number
  width: number | null
  height: number | null
  storageKey: string
  createdAt: number
}

export interface QueueEntry {
  key: number
  appKey: number
  conversationKey: number
  reason: string | null
  priority: PriorityRank
  requestedAt: number
  claimedAt: number | null
  claimedByKey: number | null
  leftAt: number | null
}

export interface CannedReply {
  key: number
  id: string
  appKey: number
  /** 0 when all agents of the app share it. */
  agentKey: number
  name: string
  text: string
  updatedAt: number
}

export interface Rating {
  conversationKey: number
  closing: number
  appKey: number
  score: number
  comment: string | null
  at: number
}

const priorities: readonly Priority[] = ['high', 'normal', 'low']
export const priorityRank = (priority: Priority): PriorityRank => priorities.indexOf(priority) as PriorityRank
export const priorityName = (rank: PriorityRank): Priority => priorities[rank] ?? 'normal'
