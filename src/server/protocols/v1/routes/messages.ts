import { z } from 'zod'
import type { Core } from '../../../core/index.js'
import type { Visitor } from '../../../core/principal.js'
import { reply, route } from '../../route.js'
import { historyPage, linkOf, messagePage, readerOf } from '../answers.js'
import { asVisitor } from '../authentication.js'
import { newMessage } from '../new-message.js'
import { message as schema } from '../schemas/entities.js'
import { editMessage, listMessages, messageStatus, receipts, sendMessage } from '../schemas/inputs.js'
import { count, emoji, id } from '../schemas/scalars.js'
import { message } from '../wire.js'

const params = z.object({ id })
const messageParams = z.object({ id, message_id: id })
const reactionParams = z.object({ id, message_id: id, emoji })
const one = z.object({ message: schema })
const updated = z.object({ updated: count.describe('Messages whose status changed') })

/** A visitor's messages in an own conversation. */
export const messageRoutes = [
  route({
    method: 'post',
    path: '/v1/conversations/:id/messages',
    hot: true,
    summary: 'Send a message; the same local_id again gives the first one back (200)',
    auth: asVisitor,
    params,
    body: sendMessage,
    responses: { 200: one, 201: one },
    async handle({ core, session, params, body }) {
      const posted = await core.messages.post(session, params.id, newMessage(body))
      return reply(posted.created ? 201 : 200, {
        message: message(posted.message, readerOf(session), linkOf(core)),
      })
    },
  }),
  route({
    method: 'get',
    path: '/v1/conversations/:id/messages',
    summary: 'List messages, ascending; without a place the newest',
    auth: asVisitor,
    params,
    query: listMessages,
    responses: { 200: messageList() },
    async handle({ core, session, params, query }) {
      return reply(
        200,
        messagePage(core, session, await core.history.page(session, params.id, historyPage(core, query))),
      )
    },
  }),
  route({
    method: 'patch',
    path: '/v1/conversations/:id/messages/:message_id',
    summary: 'Change an own message',
    auth: asVisitor,
    params: messageParams,
    body: editMessage,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      const edited = await core.messages.edit(session, params.id, params.message_id, body.body)
      return reply(200, { message: message(edited, readerOf(session), linkOf(core)) })
    },
  }),
  route({
    method: 'delete',
    path: '/v1/conversations/:id/messages/:message_id',
    summary: 'Delete an own message: it keeps its place and loses its body',
    auth: asVisitor,
    params: messageParams,
    responses: { 200: one },
    async handle({ core, session, params }) {
      const removed = await core.messages.remove(session, params.id, params.message_id)
      return reply(200, { message: message(removed, readerOf(session), linkOf(core)) })
    },
  }),
  route({
    method: 'put',
    path: '/v1/conversations/:id/messages/:message_id/reactions/:emoji',
    summary: 'React to a message',
    auth: asVisitor,
    params: reactionParams,
    responses: { 200: one },
    async handle({ core, session, params }) {
      const reacted = await core.reactions.add(session, params.id, params.message_id, params.emoji)
      return reply(200, { message: message(reacted, readerOf(session), linkOf(core)) })
    },
  }),
  route({
    method: 'delete',
    path: '/v1/conversations/:id/messages/:message_id/reactions/:emoji',
    summary: 'Take a reaction back',
    auth: asVisitor,
    params: reactionParams,
    responses: { 200: one },
    async handle({ core, session, params }) {
      const reacted = await core.reactions.remove(session, params.id, params.message_id, params.emoji)
      return reply(200, { message: message(reacted, readerOf(session), linkOf(core)) })
    },
  }),
  route({
    method: 'post',
    path: '/v1/conversations/:id/messages/status',
    summary: 'Say that everything up to a message was delivered or read',
    auth: asVisitor,
    params,
    body: messageStatus,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      const { sequence } = await core.history.one(session, params.id, body.message_id)
      await core.receipts.move(session, params.id, {
        [body.status === 'READ' ? 'read' : 'delivered']: sequence ?? 0,
      })
      const current = await core.history.one(session, params.id, body.message_id)
      return reply(200, { message: message(current, readerOf(session), linkOf(core)) })
    },
  }),
  receiptRoute('delivered'),
  receiptRoute('read'),
]

function receiptRoute(kind: 'delivered' | 'read') {
  return route({
    method: 'post',
    path: `/v1/conversations/:id/messages/${kind}`,
    summary: `Say that messages were ${kind}: those named, those up to a sequence, or all`,
    auth: asVisitor,
    params,
    body: receipts,
    responses: { 200: updated },
    async handle({ core, session, params, body }) {
      const upTo = body.up_to_sequence ?? (await lastOf(core, session, params.id, body.message_ids))
      return reply(200, { updated: await core.receipts.move(session, params.id, { [kind]: upTo }) })
    },
  })
}

/** Cursors are watermarks: of the messages named, the last one counts. Without names it is all there is. */
async function lastOf(
  core: Core,
  visitor: Visitor,
  id: string,
  messageIds: string[] | undefined,
): Promise<number> {
  if (messageIds === undefined) return Number.POSITIVE_INFINITY
  let last = 0
  for (const messageId of new Set(messageIds))
    last = Math.max(last, (await core.history.one(visitor, id, messageId)).sequence ?? 0)
  return last
}

export function messageList() {
  return z.object({
    messages: z.array(schema),
    has_more: z.boolean(),
    resync_required: z
      .literal(true)
      .optional()
      .describe('Too much has changed since after_revision: load afresh'),
  })
}
