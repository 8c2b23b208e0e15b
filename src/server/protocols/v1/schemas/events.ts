import { z } from 'zod'
import { adminConversation, conversation, message } from './entities.js'
import { agentSendMessage, deviceContext, sendMessage, userInput } from './inputs.js'
import { count, emoji, id, priority, revision, sequence, time } from './scalars.js'

/** Payloads that a client sends, by event. The ack is `{ok: true, …}` or `{ok: false, error}`. */
const conversationRef = z.object({ conversation_id: id })
const messageRef = conversationRef.extend({ message_id: id })

export const clientHandshake = z.object({
  app_id: id,
  device_id: z.string().min(1).max(128),
  api_key: z.string().min(1).max(256),
  user: userInput.optional(),
  device_context: deviceContext.optional(),
})
export const adminHandshake = z.union([
  z.object({ token: z.string().min(1).max(4096), app_id: id.optional() }),
  z.object({ app_id: id, api_key: z.string().min(1).max(256) }),
])

const shared = {
  'conversation:join': conversationRef.extend({ after_revision: revision.optional() }),
  'conversation:leave': conversationRef,
  'message:edit': messageRef.extend({ body: z.string() }),
  'message:delete': messageRef,
  'reaction:add': messageRef.extend({ emoji }),
  'reaction:remove': messageRef.extend({ emoji }),
  'message:delivered': conversationRef.extend({ up_to_sequence: sequence }),
  'message:read': conversationRef.extend({ up_to_sequence: sequence }),
  'typing:start': conversationRef,
  'typing:stop': conversationRef,
  ping: z.object({}).optional(),
} as const

/** `/client`: from visitors. */
export const clientEvents = {
  ...shared,
  'message:send': sendMessage.extend({ conversation_id: id }),
} as const

/** `/admin`: from agents and servers. */
export const adminEvents = {
  ...shared,
  'app:subscribe': z.object({ app_id: id }),
  'message:send': agentSendMessage.extend({ conversation_id: id }),
  'sessions:list': z.object({}).optional(),
  'queue:list': z
    .object({ limit: count.max(200).optional(), cursor: z.string().max(256).optional() })
    .optional(),
  'conversation:claim': conversationRef,
  'queue:decline': conversationRef,
  'queue:next': z.object({}).optional(),
  'conversation:release': conversationRef,
  'conversation:transfer': conversationRef.extend({
    agent_id: id.optional(),
    priority: priority.optional(),
    reason: z.string().max(500).optional(),
  }),
  'conversation:close': conversationRef.extend({ reason: z.string().max(500).optional() }),
  'conversation:reopen': conversationRef,
  'agent:status': z.object({ availability: z.enum(['online', 'away', 'offline']) }),
} as const

/** Payloads that the server sends. `revision` is the conversation's after the change. */
export const session = z.object({
  device_id: z.string(),
  visitor_id: id,
  conversation_id: id.nullable(),
  platform: z.string().nullable(),
  at: time,
})
const queueEntrySummary = z.object({
  conversation_id: id,
  priority,
  reason: z.string().nullable(),
  requested_at: time,
  visitor_name: z.string().nullable(),
})

const common = {
  'conversation:joined': z.object({ conversation_id: id }),
  'message:new': message,
  'message:updated': message,
  'message:deleted': z.object({
    message_id: id,
    conversation_id: id,
    sequence: sequence.nullable(),
    revision,
    deleted_at: time,
  }),
  'message:status': z.object({
    conversation_id: id,
    by: z.enum(['user', 'agent']).describe('Whose cursor moved'),
    status: z.enum(['DELIVERED', 'READ']),
    up_to_sequence: sequence,
    revision,
    at: time,
  }),
  'reaction:changed': z.object({
    conversation_id: id,
    message_id: id,
    reactions: z.array(z.object({ emoji: z.string(), count, mine: z.boolean() })),
    by: z.object({ type: z.enum(['user', 'agent', 'bot', 'system']), id: z.string() }),
    revision,
  }),
  'user:typing': z.object({ conversation_id: id, visitor_id: id, is_typing: z.boolean() }),
  'agent:typing': z.object({
    conversation_id: id,
    agent: z.object({ id, name: z.string() }),
    is_typing: z.boolean(),
  }),
  'message:delta': z
    .object({
      conversation_id: id,
      turn_id: id,
      index: count.describe('0, 1, 2 … in a turn; a smaller one than the last is stale'),
      text: z.string().describe('The whole reply so far'),
      done: z.boolean().describe('The last of its turn: the message follows, or there will be none'),
    })
    .describe('A reply of the bot while it is written'),
  'sync:required': z
    .object({ reason: z.string() })
    .describe('Live events may have been missed: join again with after_revision'),
  pong: z.object({ server_time: time }),
  error: z.object({ code: z.string(), message: z.string(), event: z.string().nullable() }),
} as const

export const clientPushes = {
  ...common,
  connected: z.object({ device_id: z.string(), visitor_id: id, server_time: time }),
  'conversation:updated': conversation,
  'agent:presence': z.object({ agent: z.object({ id, name: z.string() }), online: z.boolean(), at: time }),
} as const

export const adminPushes = {
  ...common,
  connected: z.object({
    agent: z.object({ id, name: z.string() }).nullable(),
    app_id: id.nullable(),
    server_time: time,
  }),
  'conversation:updated': adminConversation,
  'session:connect': session,
  'session:disconnect': session,
  'presence:change': z.object({ subject: z.enum(['user', 'agent']), id, online: z.boolean(), at: time }),
  'queue:offer': z.object({ conversation: adminConversation, expires_at: time, expires_in: z.int().min(0) }),
  'queue:offer_ended': z.object({
    conversation_id: id,
    outcome: z.enum(['accepted', 'declined', 'expired', 'withdrawn']),
  }),
  'queue:changed': z.object({
    added: z.array(queueEntrySummary).optional(),
    removed: z.array(id).optional(),
    size: count,
    change: count.describe('Number of the change in this app; a hole means: fetch the queue again'),
  }),
} as const
