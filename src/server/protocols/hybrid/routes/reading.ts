import { z } from 'zod'
import { reply, route } from '../../route.js'
import { whole } from '../answers.js'
import { readingMember, writingMember } from '../authentication.js'
import { readConversation, readMessage } from '../reading.js'
import { reader as schema } from '../schemas/entities.js'
import { readUpTo } from '../schemas/inputs.js'
import { count, id, pageOf } from '../schemas/scalars.js'
import { time } from '../wire.js'

const ofMessage = z.object({ messageId: id })
const inConversation = z.object({ conversationId: id })
const updated = z.object({ updated: count.describe('Messages that became read') })

/** Who has read what. */
export const readingRoutes = [
  route({
    method: 'put',
    path: '/api/messages/:messageId/read',
    summary: 'A message was read, and with it all before it: message:read',
    auth: writingMember,
    params: ofMessage,
    responses: { 200: updated },
    async handle({ core, session: { member }, params }) {
      return reply(200, { updated: await readMessage(core, member, params.messageId) })
    },
  }),
  route({
    method: 'get',
    path: '/api/messages/:messageId/read',
    summary: 'Who has read a message',
    auth: readingMember,
    params: ofMessage,
    responses: { 200: pageOf(schema) },
    async handle({ core, session: { member }, params }) {
      const readers = await core.members.readers(member, params.messageId)
      return reply(200, whole(readers.map(({ userId, readAt }) => ({ userId, readAt: time(readAt) }))))
    },
  }),
  route({
    method: 'put',
    path: '/api/conversations/:conversationId/read',
    summary: 'A conversation was read, as a whole or up to a message: conversation:read',
    auth: writingMember,
    params: inConversation,
    body: readUpTo,
    responses: { 200: updated },
    async handle({ core, session: { member }, params, body }) {
      const { conversationId } = params
      return reply(200, {
        updated: await readConversation(core, member, conversationId, body.upToMessageId),
      })
    },
  }),
  route({
    method: 'get',
    path: '/api/conversations/:conversationId/unread-count',
    summary: 'How many messages of a conversation the user has not read',
    auth: readingMember,
    params: inConversation,
    responses: { 200: z.object({ conversationId: id, unreadCount: count }) },
    async handle({ core, session: { member }, params: { conversationId } }) {
      return reply(200, {
        conversationId,
        unreadCount: await core.members.unreadCount(member, conversationId),
      })
    },
  }),
]
