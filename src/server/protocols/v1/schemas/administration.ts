import { z } from 'zod'
import { availability, count, id, keyKind, metadata, priority, role, time } from './scalars.js'

export const agent = z.object({
  id,
  name: z.string(),
  email: z.string(),
  availability,
  created_at: time,
})

/** An agent as a member of one app. */
export const member = agent.extend({
  role,
  capacity: count,
  active: count.describe('Open conversations assigned in this app'),
  connected: z.boolean(),
})

export const app = z.object({ id, name: z.string(), role, created_at: time })

export const cannedReply = z.object({
  id,
  name: z.string(),
  text: z.string(),
  shared: z.boolean().describe('For all agents of the app, or only for its maker'),
  updated_at: time,
})

export const apiKey = z.object({
  id,
  kind: keyKind,
  prefix: z.string().describe('For display; never the key'),
  name: z.string().nullable(),
  scopes: z.array(z.string()),
  created_at: time,
  last_used_at: time.nullable(),
  expires_at: time.nullable(),
  revoked_at: time.nullable(),
})

export const auditEvent = z.object({
  id,
  at: time,
  actor: z.object({ type: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
  action: z.string().describe('noun.verb, such as conversation.claim'),
  target: z.string().nullable(),
  details: metadata,
})

export const settings = z.object({
  require_identity: z.boolean(),
  routing: z.enum(['manual', 'round_robin', 'least_busy']),
  reopen_window_days: count,
  agent_grace_seconds: count,
  bot_suspension_minutes: count,
  customer_priorities: z.record(z.string(), priority),
})

export const stats = z.object({
  conversations: z.object({
    open: count,
    bot: count,
    queue: count,
    agent: count,
    snoozed: count,
    closed: count,
  }),
  queue: z.object({ size: count, high: count, normal: count, low: count, longest_wait_seconds: count }),
  agents: z.object({ total: count, online: count, available: count }),
  messages: z.object({ today: count, contact: count, agent: count, bot: count }),
  bot: z
    .object({ turns: count, input_tokens: count, output_tokens: count })
    .describe('Answers that the bot owed and what they cost, over 30 days'),
  averages: z.object({
    waiting_seconds: z.number().nullable(),
    first_reply_seconds: z.number().nullable(),
    duration_seconds: z.number().nullable(),
    rating: z.number().nullable(),
  }),
})
