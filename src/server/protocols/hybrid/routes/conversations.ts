import { z } from 'zod'
import type { ConversationKind } from '../../../core/model.js'
import { reply, route } from '../../route.js'
import { limitOf, linkOf } from '../answers.js'
import { readingMember, writingMember } from '../authentication.js'
import { decodePlace, encodePlace } from '../places.js'
import { conversation as schema } from '../schemas/entities.js'
import { newConversation, removal } from '../schemas/inputs.js'
import { id, kind, pageOf, pageQuery } from '../schemas/scalars.js'
import { conversation } from '../wire.js'

const params = z.object({ id })

/** Conversations of a user. */
export const conversationRoutes = [
  route({
    method: 'post',
    path: '/api/conversations',
    summary: 'Begin a conversation; a direct one that is there already is given back (200)',
    auth: writingMember,
    body: newConversation,
    responses: { 200: schema, 201: schema },
    async handle({ core, session: { member }, body }) {
      const { type, participantIds: userIds, title, metadata } = body
      const { view, created } = await core.members.begin(member, { kind: type, userIds, title, metadata })
      return reply(created ? 201 : 200, conversation(view, member.contact.key, linkOf(core)))
    },
  }),
  route({
    method: 'get',
    path: '/api/conversations',
    summary: 'The user’s conversations, the latest active first',
    auth: readingMember,
    query: z.object({ type: kind.optional(), ...pageQuery }),
    responses: { 200: pageOf(schema) },
    async handle({ core, session: { member }, query }) {
      const { views, next } = await core.members.list(member, {
        kinds: kindsOf(query.type),
        before: query.cursor === undefined ? undefined : decodePlace(core, member, query.cursor),
        limit: limitOf(core, query.limit),
      })
      const data = views.map((view) => conversation(view, member.contact.key, linkOf(core)))
      return reply(200, { data, nextCursor: next && encodePlace(core, member, next) })
    },
  }),
  route({
    method: 'get',
    path: '/api/conversations/:id',
    summary: 'One conversation',
    auth: readingMember,
    params,
    responses: { 200: schema },
    async handle({ core, session: { member }, params }) {
      const view = await core.members.one(member, params.id)
      return reply(200, conversation(view, member.contact.key, linkOf(core)))
    },
  }),
  route({
    method: 'delete',
    path: '/api/conversations/:id',
    summary:
      'Delete a conversation for oneself, until the next message, or a group for everyone: conversation:removed',
    auth: writingMember,
    params,
    query: removal,
    responses: { 204: z.undefined() },
    async handle({ core, session: { member }, params, query }) {
      await core.members.remove(member, params.id, query.for)
      return reply(204, undefined)
    },
  }),
]

const kindsOf = (kind: ConversationKind | undefined): ConversationKind[] | undefined =>
  kind === undefined ? undefined : [kind]
