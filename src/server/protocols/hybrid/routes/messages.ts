import { z } from 'zod'
import { reply, route } from '../../route.js'
import { limitOf, linkOf } from '../answers.js'
import { readingMember, writingMember } from '../authentication.js'
import { newMessage } from '../new-message.js'
import { removeMessage } from '../removing.js'
import { message as schema } from '../schemas/entities.js'
import { edit, newMessage as input, removal } from '../schemas/inputs.js'
import { id, pageOf, pageQuery } from '../schemas/scalars.js'
import { message } from '../wire.js'

const params = z.object({ id })

/** Messages: in a conversation, and by their own id. */
export const messageRoutes = [
  route({
    method: 'post',
    path: '/api/conversations/:id/messages',
    hot: true,
    summary: 'Send a message; the same localId again gives the first one back (200)',
    auth: writingMember,
    params,
    body: input,
    responses: { 200: schema, 201: schema },
    async handle({ core, session: { member }, params, body }) {
      const posted = await core.messages.post(member, params.id, newMessage(body))
      return reply(posted.created ? 201 : 200, message(posted.message, linkOf(core)))
    },
  }),
  route({
    method: 'get',
    path: '/api/conversations/:id/messages',
    summary:
      'A page of messages, oldest first: without a cursor the newest page; nextCursor leads to the one before',
    auth: readingMember,
    params,
    query: z.object(pageQuery),
    responses: { 200: pageOf(schema) },
    async handle({ core, session: { member }, params, query }) {
      const list = `hybrid messages of ${params.id}`
      const beforeSequence = query.cursor === undefined ? undefined : core.cursors.decode(list, query.cursor)
      const limit = limitOf(core, query.limit)
      const page = await core.history.page(member, params.id, { beforeSequence, limit })
      return reply(200, {
        data: page.messages.map((entry) => message(entry, linkOf(core))),
        nextCursor: page.before === null ? null : core.cursors.encode(list, page.before),
      })
    },
  }),
  route({
    method: 'get',
    path: '/api/messages/:id',
    summary: 'One message',
    auth: readingMember,
    params,
    responses: { 200: schema },
    async handle({ core, session: { member }, params }) {
      const conversationId = await core.members.locate(member, params.id)
      return reply(200, message(await core.history.one(member, conversationId, params.id), linkOf(core)))
    },
  }),
  route({
    method: 'patch',
    path: '/api/messages/:id',
    summary: 'Change an own message: message:updated',
    auth: writingMember,
    params,
    body: edit,
    responses: { 200: schema },
    async handle({ core, session: { member }, params, body }) {
      const conversationId = await core.members.locate(member, params.id)
      const edited = await core.messages.edit(member, conversationId, params.id, body.content)
      return reply(200, message(edited, linkOf(core)))
    },
  }),
  route({
    method: 'delete',
    path: '/api/messages/:id',
    summary: 'Delete an own message for everyone (message:deleted), or any message for oneself',
    auth: writingMember,
    params,
    query: removal,
    responses: { 204: z.undefined() },
    async handle({ core, session: { member }, params, query }) {
      await removeMessage(core, member, params.id, query.for)
      return reply(204, undefined)
    },
  }),
]
