import { z } from 'zod'
import { reply, route } from '../../route.js'
import { asVisitor } from '../authentication.js'
import { device as schema } from '../schemas/entities.js'
import { pushToken } from '../schemas/inputs.js'
import { device } from '../wire-staff.js'

export const deviceRoutes = [
  route({
    method: 'get',
    path: '/v1/push/key',
    summary: 'The key that a browser subscribes to web push with; null where web push is off',
    auth: asVisitor,
    responses: { 200: z.object({ vapid_public_key: z.string().nullable() }) },
    async handle({ core }) {
      return reply(200, { vapid_public_key: core.vapidPublicKey })
    },
  }),
  route({
    method: 'put',
    path: '/v1/devices',
    summary: 'Register this device for push notifications',
    auth: asVisitor,
    body: pushToken,
    responses: { 200: z.object({ device: schema }) },
    async handle({ core, session, body }) {
      const saved = await core.visitors.setPushToken(session, body.push_token, body.platform)
      return reply(200, { device: device(saved) })
    },
  }),
]
