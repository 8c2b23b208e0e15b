import { z } from 'zod'
import { reply, route } from '../../route.js'
import { asStaff } from '../authentication.js'
import { queueList, queuePage } from '../queue-page.js'
import { adminConversation as conversationSchema } from '../schemas/entities.js'
import { queueQuery } from '../schemas/inputs.js'
import { adminConversation } from '../wire.js'

export const queueRoutes = [
  route({
    method: 'get',
    path: '/v1/admin/queue',
    summary: 'Who waits, in the order of service',
    auth: asStaff,
    action: 'app.read',
    query: queueQuery,
    responses: { 200: queueList },
    async handle({ core, session, query }) {
      return reply(200, await queuePage(core, session, query))
    },
  }),
  route({
    method: 'post',
    path: '/v1/admin/queue/next',
    summary: 'Take the head of the queue; null when nobody waits',
    auth: asStaff,
    action: 'conversation.serve',
    responses: { 200: z.object({ conversation: conversationSchema.nullable() }) },
    async handle({ core, session }) {
      const view = await core.queue.claimNext(session)
      return reply(200, { conversation: view && adminConversation(view) })
    },
  }),
]
