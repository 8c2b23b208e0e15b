import { z } from 'zod'
import { conversation, message } from './entities.js'
import { count, emoji, id, time, userId } from './scalars.js'

const reacted = z.object({ messageId: id, conversationId: id, emoji, userId, totalCount: count })
const inConversation = z.object({ conversationId: id, userId, timestamp: time })
const doing = <Type extends string>(type: Type) =>
  inConversation.extend({ type: z.literal(type), isActive: z.boolean() })
// An event that goes to all who share any conversation with somebody names none.
const present = z.object({ userId, conversationId: id.optional(), timestamp: time })

/** What the server sends by itself, by event. */
export const pushes = {
  connected: z.object({
    userId,
    socketId: z.string(),
    rooms: z.array(id).describe('Ids of the conversations that are heard from here'),
    timestamp: time,
  }),
  error: z.object({ code: z.string(), message: z.string(), timestamp: time }),
  'message:new': message,
  'message:updated': z.object({
    messageId: id,
    content: z.string(),
    isEdited: z.boolean(),
    updatedAt: time,
  }),
  'message:deleted': z.object({ messageId: id, conversationId: id, deletedAt: time }),
  'reaction:added': reacted,
  'reaction:removed': reacted,
  'message:read': z.object({ messageId: id, conversationId: id, userId, readAt: time }),
  'conversation:read': z.object({
    conversationId: id,
    userId,
    upToMessageId: id.optional(),
    count: count.describe('Messages that became read'),
    readAt: time,
  }),
  'user:typing': doing('typing'),
  'user:recording': doing('recording'),
  'user:online': present,
  'user:offline': present.extend({ lastSeen: time }),
  'conversation:new': conversation,
  'conversation:joined': conversation,
  'conversation:removed': z.object({ conversationId: id }),
  'participant:added': inConversation,
  'participant:removed': inConversation,
  pong: z.object({ timestamp: time }),
} as const
