import { z } from 'zod'
import {
  cursor,
  id,
  messageType,
  metadata,
  pageQuery,
  platform,
  priority,
  score,
  sequence,
  timeInput,
  visibility,
} from './scalars.js'

const shortText = z.string().max(200)

export const deviceContext = z.object({
  platform: platform.optional(),
  os_version: shortText.optional(),
  app_version: shortText.optional(),
  device_model: shortText.optional(),
  locale: z.string().max(64).optional(),
  timezone: z.string().max(64).optional(),
  sdk_version: shortText.optional(),
})

export const userInput = z.object({
  id: z.string().min(1).max(200).optional(),
  name: shortText.optional(),
  email: z.string().max(320).optional(),
  phone: z.string().max(64).optional(),
  hash: z.string().max(128).optional().describe('hex HMAC-SHA256 of id under the identity secret of the app'),
})

export const startConversation = z.object({
  user: userInput.optional(),
  device_context: deviceContext.optional(),
  metadata: metadata.optional(),
  channel: z.string().min(1).max(32).optional(),
  new: z.boolean().optional().describe('Begin a new one even when one is open'),
})

/** Limits on the body (5,000 code points by default) are settings and belong to the core. */
export const sendMessage = z.object({
  local_id: z.string().min(1).max(128),
  body: z.string().optional(),
  type: messageType.exclude(['event']).optional(),
  attachments: z.array(id).max(10).optional(),
  reply_to: id.optional(),
  device_context: deviceContext.optional(),
  metadata: metadata.optional(),
})

export const agentSendMessage = sendMessage.omit({ device_context: true }).extend({
  visibility: visibility.optional(),
  expect_sequence: sequence
    .optional()
    .describe('Refuse with conflict when a newer message from the other side is there'),
})

export const editMessage = z.object({ body: z.string() })

export const listMessages = z.object({
  after: timeInput.optional(),
  after_sequence: z.coerce.number().int().min(0).optional(),
  after_revision: z.coerce.number().int().min(0).optional(),
  before_sequence: z.coerce.number().int().min(1).optional(),
  limit: pageQuery.limit,
})

export const messageStatus = z.object({ message_id: id, status: z.enum(['DELIVERED', 'READ']) })
export const receipts = z.object({
  message_ids: z.array(id).max(200).optional(),
  up_to_sequence: sequence.optional(),
})
export const handoff = z.object({ reason: z.string().max(500).optional(), priority: priority.optional() })
export const rating = z.object({ score, comment: z.string().max(2000).optional() })
export const pushToken = z.object({
  push_token: z
    .string()
    .min(1)
    .max(4096)
    .nullable()
    .describe(
      'A Firebase registration token; for the platform web the JSON of the PushSubscription; null: no push any more',
    ),
  platform,
})

export const login = z.object({ email: z.string().min(1).max(320), password: z.string().min(1).max(1024) })
export const refresh = z.object({ refresh_token: z.string().min(1).max(512) })

export const listConversations = z.object({
  ...pageQuery,
  status: z.enum(['open', 'snoozed', 'closed']).optional(),
  handler: z.enum(['bot', 'queue', 'agent']).optional(),
  assignee: z.string().max(64).optional().describe('An agent id, "me" or "none"'),
  tag: z.string().max(64).optional(),
  contact: id.optional(),
  q: z.string().min(1).max(200).optional().describe('Full text'),
})
export const transfer = z.object({
  agent_id: id.optional(),
  priority: priority.optional(),
  reason: z.string().max(500).optional(),
})
export const snooze = z.object({ until: timeInput })
export const close = z.object({ reason: z.string().max(500).optional() })
export const patchConversation = z.object({
  subject: z.string().max(200).nullable().optional(),
  priority: priority.optional(),
  metadata: metadata.optional(),
})
export const patchContact = z.object({
  name: shortText.nullable().optional(),
  email: z.string().max(320).nullable().optional(),
  phone: z.string().max(64).nullable().optional(),
  avatar: z.string().max(2000).nullable().optional(),
  locale: z.string().max(64).nullable().optional(),
  timezone: z.string().max(64).nullable().optional(),
  attributes: metadata.optional(),
  lead_stage: z.string().max(64).nullable().optional(),
})
export const listContacts = z.object({ ...pageQuery, q: z.string().min(1).max(200).optional() })
export const mergeContacts = z.object({
  from: id.describe('The contact that ends; its conversations move here'),
})
export const createAgent = z.object({
  email: z.email().max(320),
  name: z.string().min(1).max(200),
  password: z.string().min(10).max(1024).optional().describe('Made and shown once when absent'),
  role: z.enum(['owner', 'admin', 'agent', 'viewer']).optional(),
  capacity: z.number().int().min(0).max(1000).optional(),
})
export const patchMembership = z.object({
  role: z.enum(['owner', 'admin', 'agent', 'viewer']).optional(),
  capacity: z.number().int().min(0).max(1000).optional(),
})
export const cannedReplyInput = z.object({
  name: z.string().regex(/^[\p{L}\p{N}_-]{1,64}$/u, 'letters, digits, - and _ only'),
  text: z.string().min(1).max(5000),
  shared: z.boolean().optional(),
})
export const tagInput = z.object({ tag: z.string().min(1).max(64) })
export const createKey = z.object({
  kind: z.enum(['publishable', 'secret']),
  name: shortText.optional(),
  scopes: z.array(z.enum(['read', 'write', 'admin'])).optional(),
  expires_at: timeInput.optional(),
})
export const patchSettings = z.object({
  name: z.string().min(1).max(200).optional(),
  require_identity: z.boolean().optional(),
  routing: z.enum(['manual', 'round_robin', 'least_busy']).optional(),
  reopen_window_days: z.number().int().min(0).max(3650).optional(),
  agent_grace_seconds: z.number().int().min(0).max(86_400).optional(),
  bot_suspension_minutes: z.number().int().min(0).max(525_600).optional(),
  customer_priorities: z
    .record(z.string().max(64), priority)
    .optional()
    .describe('Priority by customerType in a conversation’s metadata'),
})
export const agentStatus = z.object({ availability: z.enum(['online', 'away', 'offline']) })
export const listAudit = z.object({ ...pageQuery, action: z.string().max(64).optional() })
export const queueQuery = z.object({ limit: pageQuery.limit, cursor: cursor.optional() })
