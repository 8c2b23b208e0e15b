import { z } from 'zod'
import type { Core } from '../../../core/index.js'
import type { Message } from '../../../core/model.js'
import type { Staff } from '../../../core/principal.js'
import { reply, route } from '../../route.js'
import { historyPage, linkOf, messagePage, readerOf } from '../answers.js'
import { asStaff } from '../authentication.js'
import { newStaffMessage } from '../new-message.js'
import { message as schema } from '../schemas/entities.js'
import { agentSendMessage, editMessage, listMessages, receipts } from '../schemas/inputs.js'
import { count, emoji, id } from '../schemas/scalars.js'
import { message } from '../wire.js'
import { messageList } from './messages.js'

const params = z.object({ id })
const messageParams = z.object({ id, message_id: id })
const reactionParams = z.object({ id, message_id: id, emoji })
const one = z.object({ message: schema })
const serve = { auth: asStaff, action: 'conversation.serve' } as const
const at = (path = '') => `/v1/admin/conversations/:id/messages${path}`

const shown = (core: Core, staff: Staff, from: Message) =>
  reply(200, { message: message(from, readerOf(staff), linkOf(core)) })

/** Messages and internal notes, as agents and servers write them. */
export const adminMessageRoutes = [
  route({
    auth: asStaff,
    action: 'app.read',
    method: 'get',
    path: at(),
    summary: 'List messages and notes, ascending; without a place the newest',
    params,
    query: listMessages,
    responses: { 200: messageList() },
    async handle({ core, session, params, query }) {
      const page = await core.history.page(session, params.id, historyPage(core, query))
      return reply(200, messagePage(core, session, page))
    },
  }),
  route({
    ...serve,
    method: 'post',
    path: at(),
    hot: true,
    summary: 'Send a message, or with visibility internal write a note',
    params,
    body: agentSendMessage,
    responses: { 200: one, 201: one },
    async handle({ core, session, params, body }) {
      const posted = await core.messages.post(session, params.id, newStaffMessage(body))
      return reply(posted.created ? 201 : 200, {
        message: message(posted.message, readerOf(session), linkOf(core)),
      })
    },
  }),
  route({
    ...serve,
    method: 'patch',
    path: at('/:message_id'),
    summary: 'Change an own message; who manages the app, any of their side',
    params: messageParams,
    body: editMessage,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      return shown(core, session, await core.messages.edit(session, params.id, params.message_id, body.body))
    },
  }),
  route({
    ...serve,
    method: 'delete',
    path: at('/:message_id'),
    summary: 'Delete a message: it keeps its place and loses its body',
    params: messageParams,
    responses: { 200: one },
    async handle({ core, session, params }) {
      return shown(core, session, await core.messages.remove(session, params.id, params.message_id))
    },
  }),
  route({
    ...serve,
    method: 'put',
    path: at('/:message_id/reactions/:emoji'),
    summary: 'React to a message',
    params: reactionParams,
    responses: { 200: one },
    async handle({ core, session, params }) {
      return shown(
        core,
        session,
        await core.reactions.add(session, params.id, params.message_id, params.emoji),
      )
    },
  }),
  route({
    ...serve,
    method: 'delete',
    path: at('/:message_id/reactions/:emoji'),
    summary: 'Take a reaction back',
    params: reactionParams,
    responses: { 200: one },
    async handle({ core, session, params }) {
      const changed = await core.reactions.remove(session, params.id, params.message_id, params.emoji)
      return shown(core, session, changed)
    },
  }),
  route({
    ...serve,
    method: 'post',
    path: at('/read'),
    summary: 'Say that messages were read: up to a sequence, or all',
    params,
    body: receipts.omit({ message_ids: true }),
    responses: { 200: z.object({ updated: count }) },
    async handle({ core, session, params, body }) {
      const read = body.up_to_sequence ?? Number.POSITIVE_INFINITY
      return reply(200, { updated: await core.receipts.move(session, params.id, { read }) })
    },
  }),
]
