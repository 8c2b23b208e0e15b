import { z } from 'zod'
import { reply, route } from '../../route.js'
import { asStaff } from '../authentication.js'
import { apiKey as schema } from '../schemas/administration.js'
import { createKey } from '../schemas/inputs.js'
import { count, id, listOf } from '../schemas/scalars.js'
import { apiKey } from '../wire-staff.js'

const params = z.object({ id })
const own = { auth: asStaff, action: 'app.own' } as const
const shownOnce = z.object({ key: schema, secret: z.string().describe('The whole key, shown this once') })

/** Keys that let software in. */
export const keyRoutes = [
  route({
    ...own,
    method: 'get',
    path: '/v1/admin/keys',
    summary: 'List keys, never their values',
    responses: { 200: listOf('keys', schema) },
    async handle({ core, session }) {
      return reply(200, { keys: (await core.keys.list(session)).map(apiKey), next_cursor: null })
    },
  }),
  route({
    ...own,
    method: 'post',
    path: '/v1/admin/keys',
    summary: 'Make a key',
    body: createKey,
    responses: { 201: shownOnce },
    async handle({ core, session, body }) {
      const { expires_at: expires, ...input } = body
      const expiresAt = expires === undefined ? undefined : Date.parse(expires)
      const { row, value } = await core.keys.create(session, { ...input, expiresAt })
      return reply(201, { key: apiKey(row), secret: value })
    },
  }),
  route({
    ...own,
    method: 'post',
    path: '/v1/admin/keys/:id/rotate',
    summary: 'Make a key in the place of another, which works on for a while',
    params,
    body: z.object({ grace_seconds: count.max(2_592_000).optional().describe('86,400 by default') }),
    responses: { 201: shownOnce },
    async handle({ core, session, params, body }) {
      const { row, value } = await core.keys.rotate(session, params.id, (body.grace_seconds ?? 86_400) * 1000)
      return reply(201, { key: apiKey(row), secret: value })
    },
  }),
  route({
    ...own,
    method: 'delete',
    path: '/v1/admin/keys/:id',
    summary: 'Revoke a key: what it opened ends',
    params,
    responses: { 204: z.undefined() },
    async handle({ core, session, params }) {
      await core.keys.revoke(session, params.id)
      return reply(204, undefined)
    },
  }),
]
