import { z } from 'zod'
import { reply, route } from '../../route.js'
import { asStaff } from '../authentication.js'
import { messageTrace as schema } from '../schemas/outside.js'
import { id } from '../schemas/scalars.js'
import { messageTrace } from '../wire-outside.js'

/** What became of a message. */
export const messageTraceRoutes = [
  route({
    auth: asStaff,
    action: 'app.read',
    method: 'get',
    path: '/v1/admin/messages/:id/trace',
    summary: 'Get the way of a message: accepted, stored, fanned out, delivered, read, told to the outside',
    params: z.object({ id }),
    responses: { 200: z.object({ trace: schema }) },
    async handle({ core, session, params }) {
      return reply(200, { trace: messageTrace(await core.messageTraces.of(session, params.id)) })
    },
  }),
]
