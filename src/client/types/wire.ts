import type { AgentSendMessage, SendMessage } from '../../server/protocols/v1/schemas.js'

/** Entities as they stand on the v1 wire: snake_case, times as RFC 3339 UTC. */
export type {
  AdminConversation,
  AdminEvents,
  AdminPushes,
  Agent,
  AgentSendMessage,
  ApiKey,
  App,
  Attachment,
  AuditEvent,
  CannedReply,
  ClientEvents,
  ClientPushes,
  Contact,
  Conversation,
  Delivery,
  DeliveryAttempt,
  Device,
  ErrorBody,
  EventPage,
  FoundConversation,
  ListConversations,
  ListDeliveries,
  Member,
  Message,
  MessageTrace,
  OutsideEvent,
  PatchWebhook,
  QueueEntry,
  SendMessage,
  Session,
  Settings,
  StartConversation,
  Stats,
  User,
  Webhook,
  WebhookInput,
  WebhookSecret,
} from '../../server/protocols/v1/schemas.js'

export type Availability = 'online' | 'away' | 'offline'
export type Priority = 'high' | 'normal' | 'low'
export type Role = 'owner' | 'admin' | 'agent' | 'viewer'

/** One page of a list; `nextCursor` is null at its end. */
export interface Page<Item> {
  readonly items: Item[]
  readonly nextCursor: string | null
}

export interface PageQuery {
  /** At most 200; 50 when absent. */
  readonly limit?: number
  readonly cursor?: string
}

/** Which messages of a conversation; at most one bound, none means the newest. */
export interface MessageQuery {
  readonly after?: string
  readonly after_sequence?: number
  readonly after_revision?: number
  readonly before_sequence?: number
  readonly limit?: number
}

/** A message to send; the `local_id` is made when absent. The same one sent twice is stored once. */
export type VisitorDraft = Omit<SendMessage, 'local_id'> & { local_id?: string }
/** What an agent sends besides: `visibility: 'internal'` for a note, `expect_sequence` to never answer blind. */
export type AgentDraft = Omit<AgentSendMessage, 'local_id'> & { local_id?: string }

export interface TransferInput {
  readonly agent_id?: string
  readonly priority?: Priority
  readonly reason?: string
}
