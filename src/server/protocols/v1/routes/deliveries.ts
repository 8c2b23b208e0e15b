import { z } from 'zod'
import { reply, route } from '../../route.js'
import { asStaff } from '../authentication.js'
import { deliveryPage } from '../delivery-page.js'
import {
  deliveryAttempt as attemptSchema,
  deliveryList,
  delivery as deliverySchema,
  listDeliveries,
  replayDeliveries,
} from '../schemas/outside.js'
import { count, id } from '../schemas/scalars.js'
import { delivery, deliveryAttempt } from '../wire-outside.js'

const manage = { auth: asStaff, action: 'app.manage' } as const
const params = z.object({ id })

/** What is on its way to the outside, has arrived or was given up. */
export const deliveryRoutes = [
  route({
    ...manage,
    method: 'get',
    path: '/v1/admin/deliveries',
    summary: 'List deliveries, newest first',
    query: listDeliveries,
    responses: { 200: deliveryList },
    async handle({ core, session, query }) {
      return reply(200, await deliveryPage(core, session, query))
    },
  }),
  route({
    ...manage,
    method: 'get',
    path: '/v1/admin/deliveries/:id',
    summary: 'Get a delivery with all its attempts',
    params,
    responses: { 200: z.object({ delivery: deliverySchema, attempts: z.array(attemptSchema) }) },
    async handle({ core, session, params }) {
      const found = await core.deliveries.one(session, params.id)
      return reply(200, {
        delivery: delivery(found.delivery),
        attempts: found.attempts.map(deliveryAttempt),
      })
    },
  }),
  route({
    ...manage,
    method: 'post',
    path: '/v1/admin/deliveries/:id/replay',
    summary: 'Deliver it again, with the same id',
    params,
    responses: { 200: z.object({ delivery: deliverySchema }) },
    async handle({ core, session, params }) {
      return reply(200, { delivery: delivery(await core.deliveries.replay(session, params.id)) })
    },
  }),
  route({
    ...manage,
    method: 'post',
    path: '/v1/admin/deliveries/replay',
    summary: 'Deliver again all that was given up',
    body: replayDeliveries,
    responses: { 200: z.object({ replayed: count }) },
    async handle({ core, session, body }) {
      const since = body.since === undefined ? undefined : Date.parse(body.since)
      const replayed = await core.deliveries.replayDead(session, { webhookId: body.webhook_id, since })
      return reply(200, { replayed })
    },
  }),
]
