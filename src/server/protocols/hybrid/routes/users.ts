import { z } from 'zod'
import type { HostUser } from '../../../core/members/profiles.js'
import { reply, route } from '../../route.js'
import { asHost } from '../authentication.js'
import { user as schema } from '../schemas/entities.js'
import { syncedUser, syncedUsers } from '../schemas/inputs.js'
import { userId } from '../schemas/scalars.js'
import { user } from '../wire.js'

const params = z.object({ externalUserId: userId })
const row = z.union([
  z.object({ externalUserId: z.string(), ok: z.literal(true), user: schema }),
  z.object({
    externalUserId: z.string(),
    ok: z.literal(false),
    error: z.object({ code: z.string(), message: z.string() }),
  }),
])

/** The internal API: the host application keeps its users here. */
export const userRoutes = [
  route({
    method: 'post',
    path: '/api/users/sync',
    summary: 'Add or change a user',
    auth: asHost,
    body: syncedUser,
    responses: { 200: schema },
    async handle({ core, session: app, body }) {
      return reply(200, user(await core.directory.sync(app, body)))
    },
  }),
  route({
    method: 'post',
    path: '/api/users/sync/batch',
    summary: 'Add or change up to 1,000 users; each row says what became of it',
    auth: asHost,
    body: syncedUsers,
    responses: { 200: z.object({ data: z.array(row) }) },
    async handle({ core, session: app, body }) {
      const results = await core.directory.syncMany(app, body.users as HostUser[])
      const data = results.map((result) => {
        const { externalUserId } = result
        if (result.ok) return { externalUserId, ok: true as const, user: user(result.contact) }
        const { code, message } = result.error
        return { externalUserId, ok: false as const, error: { code, message } }
      })
      return reply(200, { data })
    },
  }),
  route({
    method: 'get',
    path: '/api/users/:externalUserId',
    summary: 'One user',
    auth: asHost,
    params,
    responses: { 200: schema },
    async handle({ core, session: app, params }) {
      return reply(200, user(await core.directory.user(app, params.externalUserId)))
    },
  }),
  route({
    method: 'delete',
    path: '/api/users/:externalUserId',
    summary: 'Delete a user: tokens and sockets end, messages stay with a deleted user as their sender',
    auth: asHost,
    params,
    responses: { 204: z.undefined() },
    async handle({ core, session: app, params }) {
      await core.directory.remove(app, params.externalUserId)
      return reply(204, undefined)
    },
  }),
]
