import { z } from 'zod'
import { notFound } from '../../../core/errors.js'
import { reply, route } from '../../route.js'
import { whole } from '../answers.js'
import { readingMember } from '../authentication.js'
import { presence as schema } from '../schemas/entities.js'
import { users } from '../schemas/inputs.js'
import { id, pageOf, userId } from '../schemas/scalars.js'
import { presence } from '../wire.js'

/** Who is there. */
export const presenceRoutes = [
  route({
    method: 'get',
    path: '/api/users/:userId/presence',
    summary: 'Whether a user is there, and when they last were',
    auth: readingMember,
    params: z.object({ userId }),
    responses: { 200: schema },
    async handle({ core, session: { member }, params }) {
      const [found] = await core.presence.presenceOf(member, [params.userId])
      if (found === undefined) throw notFound('user')
      return reply(200, presence(found))
    },
  }),
  route({
    method: 'get',
    path: '/api/conversations/:conversationId/presence',
    summary: 'Who of a conversation is there',
    auth: readingMember,
    params: z.object({ conversationId: id }),
    responses: { 200: pageOf(schema) },
    async handle({ core, session: { member }, params }) {
      const found = await core.presence.presenceIn(member, params.conversationId)
      return reply(200, whole(found.map(presence)))
    },
  }),
  route({
    method: 'post',
    path: '/api/presence/batch',
    summary: 'The same of several users, in their order; who does not exist is never there',
    auth: readingMember,
    body: users,
    responses: { 200: pageOf(schema) },
    async handle({ core, session: { member }, body }) {
      const found = await core.presence.presenceOf(member, body.userIds)
      return reply(200, whole(found.map(presence)))
    },
  }),
]
