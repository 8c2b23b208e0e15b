import { z } from 'zod'
import type { Core } from '../../../core/index.js'
import type { Message } from '../../../core/model.js'
import type { Staff } from '../../../core/principal.js'
import { reply, route } from '../../route.js'
import { linkOf, listPage, readerOf } from '../answers.js'
import { asStaff } from '../authentication.js'
import { message as messageSchema, adminConversation as schema } from '../schemas/entities.js'
import { close, listConversations, patchConversation, snooze, tagInput, transfer } from '../schemas/inputs.js'
import { count, id, listOf } from '../schemas/scalars.js'
import { adminConversation, message } from '../wire.js'

const params = z.object({ id })
const one = z.object({ conversation: schema })
const read = { auth: asStaff, action: 'app.read' } as const
const serve = { auth: asStaff, action: 'conversation.serve' } as const
const at = (path = '') => `/v1/admin/conversations${path}`

/** The conversations of an app, as agents and servers see and move them. */
export const adminConversationRoutes = [
  route({
    ...read,
    method: 'get',
    path: at(),
    summary: 'List conversations, newest first; with q those with a matching message',
    query: listConversations,
    responses: { 200: listOf('conversations', schema) },
    async handle({ core, session, query }) {
      const { status, handler, assignee, tag, contact, q: text } = query
      const { items, next_cursor } = await listPage(
        core,
        'conversations',
        query,
        (page) =>
          core.conversations.list(session, { status, handler, assignee, tag, contact, text, ...page }),
        (view) => view.conversation.key,
        adminConversation,
      )
      return reply(200, { conversations: items, next_cursor })
    },
  }),
  route({
    ...read,
    method: 'get',
    path: at('/:id'),
    summary: 'Get a conversation',
    params,
    responses: { 200: one },
    handle: ({ core, session, params }) => shown(core, session, params.id),
  }),
  route({
    ...serve,
    method: 'patch',
    path: at('/:id'),
    summary: 'Change subject, priority or metadata',
    params,
    body: patchConversation,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      const { priority, ...fields } = body
      if (priority !== undefined) await core.queue.prioritise(session, params.id, priority)
      if (Object.keys(fields).length > 0) await core.conversations.update(session, params.id, fields)
      return shown(core, session, params.id)
    },
  }),
  route({
    ...serve,
    method: 'post',
    path: at('/:id/claim'),
    summary: 'Take a conversation; exactly one agent gets it',
    params,
    responses: { 200: one },
    async handle({ core, session, params }) {
      return reply(200, { conversation: adminConversation(await core.queue.claim(session, params.id)) })
    },
  }),
  route({
    ...serve,
    method: 'post',
    path: at('/:id/release'),
    summary: 'Put a conversation back into the queue with its old waiting time',
    params,
    responses: { 200: one },
    async handle({ core, session, params }) {
      return reply(200, { conversation: adminConversation(await core.queue.release(session, params.id)) })
    },
  }),
  route({
    ...serve,
    method: 'post',
    path: at('/:id/transfer'),
    summary: 'Give a conversation to an agent, or to the queue',
    params,
    body: transfer,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      const { agent_id: agentId, priority, reason } = body
      const view = await core.queue.transfer(session, params.id, { agentId, priority, reason })
      return reply(200, { conversation: adminConversation(view) })
    },
  }),
  route({
    ...serve,
    method: 'post',
    path: at('/:id/close'),
    summary: 'Close a conversation',
    params,
    body: close,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      await core.lifecycle.close(session, params.id, body.reason)
      return shown(core, session, params.id)
    },
  }),
  route({
    ...serve,
    method: 'post',
    path: at('/:id/reopen'),
    summary: 'Open a closed or snoozed conversation again',
    params,
    responses: { 200: one },
    async handle({ core, session, params }) {
      await core.lifecycle.reopen(session, params.id)
      return shown(core, session, params.id)
    },
  }),
  route({
    ...serve,
    method: 'post',
    path: at('/:id/snooze'),
    summary: 'Put a conversation aside until a time, or until the visitor writes',
    params,
    body: snooze,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      await core.lifecycle.snooze(session, params.id, Date.parse(body.until))
      return shown(core, session, params.id)
    },
  }),
  route({
    ...serve,
    method: 'post',
    path: at('/:id/tags'),
    summary: 'Put a tag on a conversation',
    params,
    body: tagInput,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      const view = await core.conversations.addTag(session, params.id, body.tag)
      return reply(200, { conversation: adminConversation(view) })
    },
  }),
  route({
    ...serve,
    method: 'delete',
    path: at('/:id/tags/:tag'),
    summary: 'Take a tag off',
    params: z.object({ id, tag: tagInput.shape.tag }),
    responses: { 200: one },
    async handle({ core, session, params }) {
      const view = await core.conversations.removeTag(session, params.id, params.tag)
      return reply(200, { conversation: adminConversation(view) })
    },
  }),
  route({
    auth: asStaff,
    action: 'app.manage',
    method: 'get',
    path: at('/:id/export'),
    summary: 'A conversation with all its messages and notes',
    params,
    responses: { 200: one.extend({ messages: z.array(messageSchema) }) },
    async handle({ core, session, params }) {
      return reply(200, await exported(core, session, params.id))
    },
  }),
  route({
    ...read,
    method: 'get',
    path: '/v1/admin/tags',
    summary: 'The tags of the app, with how many conversations carry each',
    responses: { 200: listOf('tags', z.object({ tag: z.string(), count })) },
    async handle({ core, session }) {
      return reply(200, { tags: await core.conversations.tags(session), next_cursor: null })
    },
  }),
]

async function shown(core: Core, staff: Staff, conversationId: string) {
  const view = await core.conversations.get(staff, conversationId)
  return reply(200, { conversation: adminConversation(view) })
}

/** A conversation as it is handed out on request: the view, then its messages in order. */
export async function exported(core: Core, staff: Staff, conversationId: string) {
  const conversation = adminConversation(await core.conversations.get(staff, conversationId))
  const messages: Message[] = []
  for await (const part of core.conversations.export(staff, conversationId))
    if (Array.isArray(part)) messages.push(...part)
  const link = linkOf(core)
  return { conversation, messages: messages.map((entry) => message(entry, readerOf(staff), link)) }
}
