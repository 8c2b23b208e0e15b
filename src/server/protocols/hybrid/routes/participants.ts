import { z } from 'zod'
import { reply, route } from '../../route.js'
import { linkOf } from '../answers.js'
import { writingMember } from '../authentication.js'
import { conversation as schema } from '../schemas/entities.js'
import { newParticipants, newRole } from '../schemas/inputs.js'
import { id, userId } from '../schemas/scalars.js'
import { conversation } from '../wire.js'

const params = z.object({ id, userId })

/** Who is in a group. */
export const participantRoutes = [
  route({
    method: 'post',
    path: '/api/conversations/:id/participants',
    summary: 'Add users to a group: conversation:joined for them, participant:added for the others',
    auth: writingMember,
    params: z.object({ id }),
    body: newParticipants,
    responses: { 200: schema },
    async handle({ core, session: { member }, params, body }) {
      const view = await core.members.addParticipants(member, params.id, body.participantIds, body.role)
      return reply(200, conversation(view, member.contact.key, linkOf(core)))
    },
  }),
  route({
    method: 'patch',
    path: '/api/conversations/:id/participants/:userId',
    summary: 'Give a participant of a group another role',
    auth: writingMember,
    params,
    body: newRole,
    responses: { 200: schema },
    async handle({ core, session: { member }, params, body }) {
      const view = await core.members.setRole(member, params.id, params.userId, body.role)
      return reply(200, conversation(view, member.contact.key, linkOf(core)))
    },
  }),
  route({
    method: 'delete',
    path: '/api/conversations/:id/participants/:userId',
    summary: 'Remove somebody from a group, or leave it; the last owner’s leaving passes ownership on',
    auth: writingMember,
    params,
    responses: { 204: z.undefined() },
    async handle({ core, session: { member }, params }) {
      await core.members.removeParticipant(member, params.id, params.userId)
      return reply(204, undefined)
    },
  }),
]
