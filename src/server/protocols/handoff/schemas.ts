import { z } from 'zod'

/** The wire of the handoff protocol: camelCase, times RFC 3339. */
const id = z.string().min(1).max(64)
const time = z.iso.datetime({ precision: 3 })
const free = z.record(z.string(), z.json())
const localId = z.string().min(1).max(128).optional()

const status = z.enum(['bot', 'waiting', 'agent', 'closed'])
const priority = z.enum(['high', 'normal', 'low'])

export const handshake = z
  .object({
    apiKey: z.string().min(1).max(256).optional().describe('pk_… for customers, sk_… for servers'),
    token: z.string().min(1).max(4096).optional().describe('An agent’s access or personal token'),
    appId: id.optional(),
  })
  .describe('Neither is needed while anonymous use is allowed')

export const startChat = z.object({
  userId: z.string().min(1).max(200),
  name: z.string().max(200).optional(),
  hash: z.string().max(128).optional().describe('Proof of userId, where the app asks for it'),
  sessionId: id.optional().describe('Goes on in this session instead of a new one'),
  botContext: z.union([z.string().max(8_000), free]).optional(),
  metadata: free.optional(),
})
export const sendMessage = z.object({ sessionId: id, content: z.string(), localId })
export const inSession = z.object({ sessionId: id })
export const joinAsAgent = z.object({ name: z.string().min(1).max(200).optional() })
export const nothing = z.object({}).optional()

export const message = z.object({
  id,
  sessionId: id,
  content: z.string(),
  sender: z.enum(['user', 'bot', 'agent', 'system']),
  timestamp: time,
  metadata: free,
})

export const session = z.object({
  id,
  userId: z.string().nullable(),
  status,
  assignedAgent: z.string().nullable(),
  botContext: free.nullable(),
  metadata: free,
  createdAt: time,
  updatedAt: time,
  messages: z.array(message),
})

const waitingSession = z.object({
  sessionId: id,
  userId: z.string().nullable(),
  reason: z.string().nullable(),
  priority,
  position: z.number().int(),
  requestedAt: time,
  waitSeconds: z.number().int(),
  lastMessage: z.string().nullable(),
  metadata: free,
})

export const systemStats = z.object({
  sessions: z.object({
    total: z.number(),
    bot: z.number(),
    waiting: z.number(),
    agent: z.number(),
    closed: z.number(),
  }),
  waiting: z.object({ high: z.number(), normal: z.number(), low: z.number() }),
  agents: z.object({ total: z.number(), online: z.number(), available: z.number() }),
  messagesToday: z.number(),
  averageWaitSeconds: z.number().nullable(),
  averageFirstReplySeconds: z.number().nullable(),
  averageDurationSeconds: z.number().nullable(),
})

export const queueUpdate = z.object({ sessions: z.array(waitingSession), total: z.number().int() })
const agent = z.object({ id, name: z.string(), status: z.enum(['available', 'away']) })
const health = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  services: z.object({ database: z.string(), redis: z.string(), bot: z.string() }),
  timestamp: time,
})
const debugInfo = queueUpdate.extend({
  byPriority: systemStats.shape.waiting,
  longestWaitSeconds: z.number(),
  changes: z.number().int().describe('Moves of this queue so far'),
})

/** What the server sends, by event. */
export const pushes = {
  'session:created': z.object({ sessionId: id, status }),
  'message:received': message,
  'status:changed': z.object({
    status,
    agentName: z.string().optional(),
    position: z.number().int().optional(),
    etaSeconds: z.number().int().optional(),
  }),
  'session:closed': z.object({}),
  'agent:joined': z.object({ agentId: id, agent }),
  'session:assigned': z.object({ sessionId: id, session }),
  'queue:update': queueUpdate,
  'stats:update': systemStats,
  'queue:debug_info': debugInfo,
  'health:status': health,
  error: z.object({ code: z.string(), message: z.string() }),
} as const

export type Message = z.infer<typeof message>
export type Session = z.infer<typeof session>
export type StatusChanged = z.infer<(typeof pushes)['status:changed']>
export type QueueUpdate = z.infer<typeof queueUpdate>
export type SystemStats = z.infer<typeof systemStats>
