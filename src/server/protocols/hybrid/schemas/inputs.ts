import { z } from 'zod'
import { emoji, free, id, kind, role, scope, userId } from './scalars.js'

/** What clients send, over REST and the socket alike. */
const content = z.string().describe('May be empty beside attachments')

export const handshake = z.object({
  token: z.string().min(1).max(8_192).describe('The JWT that the host application signed'),
})

export const newMessage = z.object({
  content,
  attachments: z.array(id).max(100).optional().describe('Ids of uploaded files'),
  replyTo: id.optional(),
  localId: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('The same one again gives the first message back and stores nothing'),
  metadata: free.optional(),
})

export const newConversation = z.object({
  type: kind,
  participantIds: z.array(userId).max(1_000).default([]).describe('The others; none for support'),
  title: z.string().max(200).optional(),
  metadata: free.optional(),
})

export const newParticipants = z.object({
  participantIds: z.array(userId).min(1).max(1_000),
  role: role.optional(),
})
export const newRole = z.object({ role })
export const newReaction = z.object({ emoji })
export const edit = z.object({ content })
export const readUpTo = z.object({ upToMessageId: id.optional() })
export const users = z.object({ userIds: z.array(userId).min(1).max(1_000) })
export const removal = z.object({
  for: scope
    .optional()
    .describe('A message: everyone if left out. A conversation: everyone if it is a group'),
})

/** Null empties a field, and what is left out stays as it was. */
export const syncedUser = z.object({
  externalUserId: userId,
  name: z.string().max(400),
  email: z.string().max(640).nullish(),
  avatar: z.string().max(4_000).nullish(),
  attributes: free.optional(),
})
export const syncedUsers = z.object({
  users: z.array(z.unknown()).max(1_000).describe('Looked at one by one: a bad one spoils no other'),
})

const inConversation = z.object({ conversationId: id })
const ofMessage = z.object({ messageId: id })
const reacting = ofMessage.extend({ emoji })
export const nothing = z.object({}).optional()

/** The payloads of events, by name. */
export const events = {
  'message:send': newMessage.extend({ conversationId: id }),
  'message:edit': ofMessage.extend({ content }),
  'message:delete': ofMessage.extend({ for: scope.optional() }),
  'reaction:add': reacting,
  'reaction:remove': reacting,
  'message:read': ofMessage,
  'conversation:read': inConversation.extend({ upToMessageId: id.optional() }),
  'typing:start': inConversation,
  'typing:stop': inConversation,
  'recording:start': inConversation,
  'recording:stop': inConversation,
  'room:join': inConversation,
  'room:leave': inConversation,
  'activity:ping': nothing,
  'messages:sync': inConversation.extend({ lastMessageId: id.describe('The last one that the client has') }),
  ping: nothing,
} as const

export type NewMessage = z.output<typeof newMessage>
