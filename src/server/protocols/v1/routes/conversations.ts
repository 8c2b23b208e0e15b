import { z } from 'zod'
import { reply, route } from '../../route.js'
import { listPage } from '../answers.js'
import { asVisitor } from '../authentication.js'
import { deviceFacts } from '../device-facts.js'
import { conversation as schema } from '../schemas/entities.js'
import { handoff, rating, startConversation } from '../schemas/inputs.js'
import { id, listOf, pageQuery } from '../schemas/scalars.js'
import { conversation } from '../wire.js'

const params = z.object({ id })
const one = z.object({ conversation: schema })

/** A visitor's own conversations. */
export const conversationRoutes = [
  route({
    method: 'post',
    path: '/v1/conversations',
    summary: 'Begin a conversation, or go on with the open one (200)',
    auth: asVisitor,
    body: startConversation,
    responses: { 200: one, 201: one },
    async handle({ core, session, body, caller }) {
      const facts = deviceFacts(body.device_context, caller.header('X-SDK-Version'))
      const visitor = await core.visitors.recognise(session.app, session.deviceId, body.user, facts)
      const { view, created } = await core.conversations.start(visitor, body)
      return reply(created ? 201 : 200, { conversation: conversation(view) })
    },
  }),
  route({
    method: 'get',
    path: '/v1/conversations',
    summary: 'List own conversations, newest first',
    auth: asVisitor,
    query: z.object(pageQuery),
    responses: { 200: listOf('conversations', schema) },
    async handle({ core, session, query }) {
      const { items, next_cursor } = await listPage(
        core,
        'conversations',
        query,
        (page) => core.conversations.listOwn(session, page),
        (view) => view.conversation.key,
        conversation,
      )
      return reply(200, { conversations: items, next_cursor })
    },
  }),
  route({
    method: 'get',
    path: '/v1/conversations/:id',
    summary: 'Get an own conversation',
    auth: asVisitor,
    params,
    responses: { 200: one },
    async handle({ core, session, params }) {
      return reply(200, { conversation: conversation(await core.conversations.get(session, params.id)) })
    },
  }),
  route({
    method: 'post',
    path: '/v1/conversations/:id/handoff',
    summary: 'Ask for a person',
    auth: asVisitor,
    params,
    body: handoff,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      return reply(200, { conversation: conversation(await core.queue.request(session, params.id, body)) })
    },
  }),
  route({
    method: 'post',
    path: '/v1/conversations/:id/close',
    summary: 'End an own conversation',
    auth: asVisitor,
    params,
    responses: { 200: one },
    async handle({ core, session, params }) {
      await core.lifecycle.close(session, params.id)
      return reply(200, { conversation: conversation(await core.conversations.get(session, params.id)) })
    },
  }),
  route({
    method: 'post',
    path: '/v1/conversations/:id/rating',
    summary: 'Rate a closed conversation, once for each closing',
    auth: asVisitor,
    params,
    body: rating,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      await core.lifecycle.rate(session, params.id, body.score, body.comment)
      return reply(200, { conversation: conversation(await core.conversations.get(session, params.id)) })
    },
  }),
]
