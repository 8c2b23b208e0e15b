import { z } from 'zod'
import { count, free, id, kind, role, time, userId } from './scalars.js'

const name = z.string().nullable()

export const attachment = z.object({
  id,
  name: z.string(),
  mimeType: z.string().describe('Found in the content'),
  size: count.describe('Bytes'),
  width: count.nullable(),
  height: count.nullable(),
  url: z.string().describe('A signed link that expires, from the root of this server'),
})

export const reaction = z.object({ emoji: z.string(), count, userIds: z.array(z.string()) })

export const message = z.object({
  id,
  conversationId: id,
  sequence: count.nullable().describe('1, 2, 3 … without holes, the same for everybody'),
  senderId: userId.nullable(),
  sender: z.object({
    id: userId.nullable(),
    type: z.enum(['contact', 'agent', 'bot', 'system']),
    name,
  }),
  type: z.enum(['text', 'image', 'file', 'event']),
  content: z.string(),
  attachments: z.array(attachment),
  replyTo: id.nullable(),
  reactions: z.array(reaction),
  metadata: free,
  localId: z.string().nullable(),
  isEdited: z.boolean(),
  isDeleted: z.boolean(),
  createdAt: time,
  updatedAt: time,
  deletedAt: time.nullable(),
})

export const participant = z.object({
  userId,
  name,
  avatar: z.string().nullable(),
  role,
  joinedAt: time,
  lastReadSequence: count,
})

export const conversation = z.object({
  id,
  type: kind,
  title: z.string().nullable(),
  status: z.enum(['open', 'snoozed', 'closed']),
  handler: z.enum(['bot', 'queue', 'agent']).nullable().describe('Of a support conversation: who has it'),
  channel: z.string(),
  priority: z.enum(['high', 'normal', 'low']),
  participants: z.array(participant).describe('Of a support conversation empty: see contact and assignee'),
  contact: z
    .object({
      id: userId,
      contactId: id,
      externalId: z.string().nullable(),
      name,
      email: z.string().nullable(),
      phone: z.string().nullable(),
    })
    .nullable()
    .describe('Whom a support conversation serves'),
  assignee: z.object({ id, name: z.string() }).nullable().describe('The agent who serves'),
  metadata: free,
  lastMessage: message.nullable(),
  createdAt: time,
  updatedAt: time,
  closedAt: time.nullable(),
  unreadCount: count.describe('By whom this is shown to'),
  queue: z.object({ position: count, etaSeconds: count.nullable() }).nullable(),
})

export const presence = z.object({ userId, online: z.boolean(), lastSeen: time.nullable() })
export const reader = z.object({ userId, readAt: time })

/** A user of the host application, as the internal API shows them. */
export const user = z.object({
  id: id.describe('The contact here'),
  externalUserId: userId,
  name,
  email: z.string().nullable(),
  avatar: z.string().nullable(),
  attributes: free,
  createdAt: time,
  updatedAt: time,
})

export const refusal = z.object({
  code: z.string(),
  message: z.string().describe('Says what to change'),
  timestamp: time,
  details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
