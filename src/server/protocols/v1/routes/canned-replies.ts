import { z } from 'zod'
import { reply, route } from '../../route.js'
import { asStaff } from '../authentication.js'
import { cannedReply as schema } from '../schemas/administration.js'
import { cannedReplyInput } from '../schemas/inputs.js'
import { id, listOf } from '../schemas/scalars.js'
import { cannedReply } from '../wire-staff.js'

const params = z.object({ id })
const one = z.object({ canned_reply: schema })
const own = { auth: asStaff, action: 'canned.own' } as const

/** Texts that agents send often. */
export const cannedReplyRoutes = [
  route({
    method: 'get',
    path: '/v1/admin/canned-replies',
    summary: 'List shared canned replies and one’s own',
    auth: asStaff,
    action: 'app.read',
    responses: { 200: listOf('canned_replies', schema) },
    async handle({ core, session }) {
      const rows = await core.cannedReplies.list(session)
      return reply(200, { canned_replies: rows.map(cannedReply), next_cursor: null })
    },
  }),
  route({
    ...own,
    method: 'post',
    path: '/v1/admin/canned-replies',
    summary: 'Add a canned reply; a shared one needs the right to manage the app',
    body: cannedReplyInput,
    responses: { 201: one },
    async handle({ core, session, body }) {
      return reply(201, { canned_reply: cannedReply(await core.cannedReplies.create(session, body)) })
    },
  }),
  route({
    ...own,
    method: 'patch',
    path: '/v1/admin/canned-replies/:id',
    summary: 'Change name and text of a canned reply',
    params,
    body: cannedReplyInput.omit({ shared: true }),
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      return reply(200, {
        canned_reply: cannedReply(await core.cannedReplies.update(session, params.id, body)),
      })
    },
  }),
  route({
    ...own,
    method: 'delete',
    path: '/v1/admin/canned-replies/:id',
    summary: 'Delete a canned reply',
    params,
    responses: { 204: z.undefined() },
    async handle({ core, session, params }) {
      await core.cannedReplies.remove(session, params.id)
      return reply(204, undefined)
    },
  }),
]
