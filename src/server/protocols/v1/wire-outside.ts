import type { MessageTrace } from '../../core/conversations/message-trace.js'
import type { DeliveryView } from '../../core/outbox/deliveries.js'
import type { PlacedEvent } from '../../core/outbox/event-stream.js'
import type { DeliveryAttempt, Webhook } from '../../core/outbox/model.js'
import type * as v1 from './schemas.js'
import { time, timeOrNull } from './wire.js'

/** A webhook without its secrets. */
export const webhook = (from: Webhook): v1.Webhook => ({
  id: from.id,
  url: from.url,
  events: from.events,
  enabled: from.enabled,
  disabled_reason: from.disabledReason,
  failing_since: timeOrNull(from.failingSince),
  previous_secret_until: timeOrNull(from.previousSecretUntil),
  configured: from.configured,
  created_at: time(from.createdAt),
})

export const delivery = (from: DeliveryView): v1.Delivery => ({
  id: from.id,
  kind: from.kind,
  target: from.target,
  webhook_id: from.webhookId,
  event: from.event && { id: from.event.id, type: from.event.type, timestamp: time(from.event.at) },
  state: from.state,
  attempts: from.attempts,
  next_attempt_at: timeOrNull(from.nextAttemptAt),
  last_status: from.lastStatus,
  last_error: from.lastError,
  created_at: time(from.createdAt),
  ended_at: timeOrNull(from.endedAt),
})

export const deliveryAttempt = (from: Omit<DeliveryAttempt, 'key' | 'deliveryKey'>): v1.DeliveryAttempt => ({
  attempt: from.attempt,
  at: time(from.at),
  duration_ms: from.durationMs,
  status: from.status,
  error: from.error,
  response: from.responseBody,
})

export const messageTrace = ({ message, conversationId, steps }: MessageTrace): v1.MessageTrace => ({
  message_id: message.id,
  conversation_id: conversationId,
  sequence: message.sequence,
  sender: { type: message.senderType, id: message.senderId, name: message.senderName },
  steps: steps.map(({ fanOut, ...step }) => ({ ...step, at: timeOrNull(step.at), fan_out: fanOut })),
})

export const outsideEvent = (from: PlacedEvent): v1.OutsideEvent => ({
  id: from.id,
  type: from.type,
  timestamp: time(from.at),
  data: from.data as v1.OutsideEvent['data'],
  cursor: from.cursor,
})
