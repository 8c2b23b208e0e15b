import { z } from 'zod'
import { reactionCounts } from '../../../core/outbox/facts.js'
import { reply, route } from '../../route.js'
import { whole } from '../answers.js'
import { readingMember, writingMember } from '../authentication.js'
import { react } from '../reacting.js'
import { reaction as schema } from '../schemas/entities.js'
import { newReaction } from '../schemas/inputs.js'
import { pushes } from '../schemas/pushes.js'
import { emoji, id, pageOf } from '../schemas/scalars.js'

const params = z.object({ messageId: id })
const changed = pushes['reaction:added'].describe('As the event says it; totalCount is of this emoji')

/** Reactions to a message. */
export const reactionRoutes = [
  route({
    method: 'post',
    path: '/api/messages/:messageId/reactions',
    summary: 'React to a message: reaction:added',
    auth: writingMember,
    params,
    body: newReaction,
    responses: { 200: changed },
    async handle({ core, session: { member }, params, body }) {
      return reply(200, await react(core, member, 'add', params.messageId, body.emoji))
    },
  }),
  route({
    method: 'get',
    path: '/api/messages/:messageId/reactions',
    summary: 'The reactions to a message, by emoji',
    auth: readingMember,
    params,
    responses: { 200: pageOf(schema) },
    async handle({ core, session: { member }, params }) {
      const conversationId = await core.members.locate(member, params.messageId)
      const { reactions } = await core.history.one(member, conversationId, params.messageId)
      return reply(200, whole(reactionCounts(reactions)))
    },
  }),
  route({
    method: 'delete',
    path: '/api/messages/:messageId/reactions/:emoji',
    summary: 'Take a reaction back: reaction:removed',
    auth: writingMember,
    params: params.extend({ emoji }),
    responses: { 200: changed },
    async handle({ core, session: { member }, params }) {
      return reply(200, await react(core, member, 'remove', params.messageId, params.emoji))
    },
  }),
]
