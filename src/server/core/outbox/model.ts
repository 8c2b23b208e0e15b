import type { DeliveryState, Json } from '../model.js'

/** What may be told to the outside. */
export const eventTypes = [
  'message.created',
  'message.updated',
  'message.deleted',
  'conversation.created',
  'conversation.assigned',
  'conversation.closed',
  'conversation.deleted',
  'participant.added',
  'participant.removed',
  'reaction.added',
  'reaction.removed',
  'user.online',
  'user.offline',
  'contact.created',
  'contact.updated',
] as const
export type EventType = (typeof eventTypes)[number]

/** Something that happened, as it is told to the outside: `{id, type, timestamp, data}`. */
export interface OutboxEvent {
  key: number
  id: string
  appKey: number
  type: EventType
  conversationKey: number | null
  data: Json
  /** With the key it sorts events by their commits. */
  transaction: number
  at: number
}

export interface Webhook {
  key: number
  id: string
  appKey: number
  url: string
  /** Empty: every type. */
  events: EventType[]
  secret: string
  previousSecret: string | null
  previousSecretUntil: number | null
  enabled: boolean
  disabledReason: string | null
  failingSince: number | null
  /** Made from the server's own settings, which alone change it. */
  configured: boolean
  createdAt: number
}

export interface Delivery {
  key: number
  id: string
  appKey: number
  kind: 'webhook' | 'channel' | 'push'
  target: string
  webhookKey: number | null
  eventKey: number | null
  /** Those of one lane arrive in order while the target is healthy: a conversation, or a contact (negative). */
  lane: number | null
  payload: Json | null
  attempts: number
  /** Attempts before a person put it back: the schedule counts from there. */
  attemptsBefore: number
  /** 0: at once, whatever the clocks of the nodes say. */
  nextAttemptAt: number | null
  state: DeliveryState
  lastError: string | null
  lastStatus: number | null
  createdAt: number
  endedAt: number | null
}

export interface DeliveryAttempt {
  key: number
  deliveryKey: number
  attempt: number
  at: number
  durationMs: number
  status: number | null
  error: string | null
  responseBody: string | null
}
