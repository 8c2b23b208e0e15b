import { z } from 'zod'
import {
  conversationStatus,
  count,
  handler,
  id,
  messageType,
  metadata,
  priority,
  revision,
  score,
  sequence,
  time,
  visibility,
} from './scalars.js'

export const user = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
})

export const queuePlace = z.object({ position: count, eta_seconds: count.nullable(), priority })
export const agentRef = z.object({ id, name: z.string() })

export const conversation = z.object({
  id,
  app_id: id,
  status: conversationStatus,
  handler: handler.nullable(),
  channel: z.string(),
  visitor_id: id.nullable(),
  device_id: z.string().nullable(),
  user: user.nullable(),
  assignee: agentRef.nullable(),
  queue: queuePlace.nullable(),
  last_sequence: sequence,
  revision,
  unread_count: count,
  metadata,
  created_at: time,
  updated_at: time,
})

/** A message as a list of conversations quotes it. */
const quotedMessage = z.object({
  id,
  sequence: sequence.nullable(),
  sender: z.string(),
  sender_name: z.string().nullable(),
  body: z.string(),
  created_at: time,
})

/** What agents see besides: never part of a visitor's answer. */
export const adminConversation = conversation.extend({
  subject: z.string().nullable(),
  priority,
  tags: z.array(z.string()),
  last_message: quotedMessage.nullable(),
  last_message_at: time.nullable(),
  waiting_since: time.nullable(),
  snoozed_until: time.nullable(),
  closed_at: time.nullable(),
  online: z.boolean().describe('Whether the visitor is connected now'),
  summary: z
    .object({
      messages: z.object({ contact: count, agent: count, bot: count, system: count }),
      waiting_seconds: count.nullable(),
      first_reply_seconds: count.nullable(),
      total_seconds: count,
      transferred: z.boolean(),
      rating: score.nullable(),
    })
    .nullable()
    .describe('Made when the conversation is closed'),
})

/** A conversation as a list gives it; after a search it tells where the words stand. */
export const foundConversation = adminConversation.extend({
  match: quotedMessage
    .extend({
      after_sequence: sequence.describe(
        'As of the message: for a note the last sequence when it was written',
      ),
      visibility,
    })
    .optional()
    .describe('With q: the newest message or note that matches'),
})

export const attachment = z.object({
  id,
  name: z.string(),
  mime_type: z.string(),
  size: count,
  width: count.nullable(),
  height: count.nullable(),
  url: z.string().describe('Signed; expires'),
})

export const message = z.object({
  id,
  local_id: z.string().nullable(),
  conversation_id: id,
  sequence: sequence.nullable().describe('Null for an internal note'),
  after_sequence: sequence.describe(
    'For a note: the last sequence when it was written. For a message: sequence - 1',
  ),
  revision,
  sender: z.enum(['user', 'agent', 'bot', 'system']),
  sender_id: z.string().nullable(),
  sender_name: z.string().nullable(),
  type: messageType,
  body: z.string(),
  attachments: z.array(attachment),
  reply_to: id.nullable(),
  reactions: z.array(z.object({ emoji: z.string(), count, mine: z.boolean() })),
  status: z.enum(['SENT', 'DELIVERED', 'READ']),
  visibility,
  created_at: time,
  edited_at: time.nullable(),
  deleted_at: time.nullable(),
  metadata,
})

export const contact = z.object({
  id,
  app_id: id,
  external_id: z.string().nullable(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  avatar: z.string().nullable(),
  locale: z.string().nullable(),
  timezone: z.string().nullable(),
  attributes: metadata,
  online: z.boolean(),
  last_seen_at: time.nullable(),
  bot_suspended_until: time.nullable(),
  lead_stage: z.string().nullable(),
  created_at: time,
  updated_at: time,
})

export const device = z.object({
  id: z.string(),
  platform: z.string().nullable(),
  os_version: z.string().nullable(),
  app_version: z.string().nullable(),
  device_model: z.string().nullable(),
  locale: z.string().nullable(),
  timezone: z.string().nullable(),
  sdk_version: z.string().nullable(),
  push: z.boolean().describe('Whether a push token is registered'),
  last_seen_at: time,
})

export const queueEntry = z.object({
  conversation_id: id,
  position: count,
  priority,
  reason: z.string().nullable(),
  requested_at: time,
  waiting_seconds: count,
  eta_seconds: count.nullable(),
  user: user.nullable(),
  visitor_id: id.nullable(),
  online: z.boolean(),
  last_message: z.string().nullable(),
  metadata,
})

export const errorBody = z.object({
  error: z.object({
    code: z.enum([
      'invalid_request',
      'unauthorized',
      'forbidden',
      'not_found',
      'conflict',
      'payload_too_large',
      'unsupported_media_type',
      'rate_limited',
      'internal',
      'unavailable',
    ]),
    message: z.string(),
    details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    request_id: z.string().optional(),
    assignee: agentRef.optional().describe('Of a lost claim'),
    latest: message.optional().describe('Of a guarded send that came too late'),
  }),
})
