import type { ReplyHqError } from '../errors.js'
import type { ConversationFeed, OfferFeed, QueueFeed } from './feeds.js'
import type { Outbox, OutboxStorage } from './outbox.js'
import type { ClientClock, Unsubscribe } from './ports.js'
import type {
  AdminConversation,
  AdminEvents,
  AdminPushes,
  AgentDraft,
  ClientEvents,
  ClientPushes,
  Conversation,
  Message,
  QueueEntry,
  Session,
  VisitorDraft,
} from './wire.js'

export type ConnectionState =
  | { readonly phase: 'connecting' }
  /** `roundTripMs` is null until the first ping came back. */
  | { readonly phase: 'connected'; readonly roundTripMs: number | null }
  /** Cut off; tries again at `nextAttemptAt` (milliseconds since 1970). */
  | {
      readonly phase: 'waiting'
      readonly attempt: number
      readonly nextAttemptAt: number
      readonly reason: string
    }
  /** The server lets this credential not in; no further attempt until `reconnect()`. */
  | { readonly phase: 'refused'; readonly error: ReplyHqError }
  | { readonly phase: 'closed' }

export interface JoinAck<View> {
  readonly conversation: View
  readonly messages?: Message[]
  readonly has_more?: boolean
  readonly resync_required?: boolean
}

interface CommonAcks<View> {
  'conversation:join': JoinAck<View>
  'conversation:leave': object
  'message:send': { message: Message }
  'message:edit': { message: Message }
  'message:delete': { message: Message }
  'reaction:add': object
  'reaction:remove': object
  'message:delivered': { updated: number }
  'message:read': { updated: number }
  'typing:start': object
  'typing:stop': object
  ping: object
}

/** What the server answers, by event. */
export type ClientAcks = CommonAcks<Conversation>
export interface AdminAcks extends CommonAcks<AdminConversation> {
  'app:subscribe': object
  'sessions:list': { sessions: Session[] }
  'queue:list': { queue: QueueEntry[]; next_cursor: string | null; size: number; change: number }
  'conversation:claim': { conversation: AdminConversation }
  'queue:next': { conversation: AdminConversation | null }
  'queue:decline': object
  'conversation:release': { conversation: AdminConversation }
  'conversation:transfer': { conversation: AdminConversation }
  'conversation:close': { conversation: AdminConversation }
  'conversation:reopen': { conversation: AdminConversation }
  'agent:status': object
}

/** The types of one side of a live connection. */
export interface AdminSide {
  conversation: AdminConversation
  draft: AgentDraft
  events: AdminEvents
  acks: AdminAcks
  pushes: AdminPushes
}
export interface VisitorSide {
  conversation: Conversation
  draft: VisitorDraft
  events: ClientEvents
  acks: ClientAcks
  pushes: ClientPushes
}
export type Side = AdminSide | VisitorSide

export interface LiveOptions {
  readonly clock?: ClientClock
  /** Keeps what waits to be sent beyond the end of the process. */
  readonly outbox?: OutboxStorage
  /** Milliseconds an ack may take; 10,000 by default. */
  readonly ackTimeout?: number
  /** Milliseconds a connection may take until the server greets; 10,000 by default. */
  readonly connectTimeout?: number
  /** Milliseconds between round trip measurements, which also find dead connections; 15,000 by default. */
  readonly pingInterval?: number
  /** First and longest wait between attempts in milliseconds; 500 and 15,000 by default. */
  readonly backoff?: { readonly first: number; readonly longest: number }
  readonly transports?: readonly ('websocket' | 'polling')[]
}

/** A live connection. It comes back by itself, with its rooms, its feeds and what waits to be sent. */
export interface LiveConnection<Of extends Side> {
  readonly state: ConnectionState
  onState(listener: (state: ConnectionState) => void): Unsubscribe
  /** Listens to what the server sends by itself. */
  on<Name extends keyof Of['pushes'] & string>(
    name: Name,
    listener: (payload: Of['pushes'][Name]) => void,
  ): Unsubscribe
  /** Asks and waits for the ack. Rejects with a `ReplyHqError`, `unreachable` at once while not connected. */
  request<Name extends keyof Of['events'] & keyof Of['acks'] & string>(
    name: Name,
    payload: Of['events'][Name],
  ): Promise<Of['acks'][Name]>
  /** The feed of a conversation; the same one for all who ask, until each has closed theirs. */
  conversation(id: string): ConversationFeed<Of>
  readonly outbox: Outbox<Of['draft']>
  /** Says that somebody writes; may be called for every key, and is sent at most every 3 s. */
  typing(conversationId: string, isTyping: boolean): void
  /** Tries at once instead of waiting, also after a refusal. */
  reconnect(): void
  close(): void
}

export interface AdminLive extends LiveConnection<AdminSide> {
  /** The app's queue; the same one for all who ask. */
  queue(): QueueFeed
  /** What is offered to this agent; kept from the first connection on. */
  readonly offers: OfferFeed
}
export type VisitorLive = LiveConnection<VisitorSide>
