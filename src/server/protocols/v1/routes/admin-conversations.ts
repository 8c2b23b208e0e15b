import { z } from 'zod'
import type { ConversationView } from '../../../core/events.js'
import type { Core } from '../../../core/index.js'
import type { Message } from '../../../core/model.js'
import type { Staff } from '../../../core/principal.js'
import { reply, route } from '../../route.js'
import { linkOf, listPage, readerOf } from '../answers.js'
import { asStaff } from '../authentication.js'
import {
  foundConversation as foundSchema,
  message as messageSchema,
  adminConversation as schema,
} from '../schemas/entities.js'
import { close, listConversations, patchConversation, snooze, tagInput, transfer } from '../schemas/inputs.js'
import { count, id, listOf } from '../schemas/scalars.js'
import { adminConversation, foundConversation, message } from '../wire.js'

const params = z.object({ id })
const one = z.object({ conversation: schema })
const read = { auth: asStaff, action: 'app.read' } as const
const serve = { auth: asStaff, action: 'conversation.serve' } as const
const at = (path = '') => `/v1/admin/conversations${path}`
/** What is done to one conversation, and gives it back as it is then. */
const move = (name: string, summary: string) =>
  ({ ...serve, method: 'post', path: at(`/:id/${name}`), summary, params, responses: { 200: one } }) as const

/** The conversations of an app, as agents and servers see and move them. */
export const adminConversationRoutes = [
  route({
    ...read,
    method: 'get',
    path: at(),
    summary: 'List conversations, newest first; with q those with a matching message',
    query: listConversations,
    responses: { 200: listOf('conversations', foundSchema) },
    async handle({ core, session, query }) {
      const { status, handler, assignee, tag, contact, q: text } = query
      const { items, next_cursor } = await listPage(
        core,
        'conversations',
        query,
        (page) =>
          core.conversations.list(session, { status, handler, assignee, tag, contact, text, ...page }),
        (view) => view.conversation.key,
        foundConversation,
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
    ...move('claim', 'Take a conversation; exactly one agent gets it'),
    handle: ({ core, session, params }) => answer(core.queue.claim(session, params.id)),
  }),
  route({
    ...move('release', 'Put a conversation back into the queue with its old waiting time'),
    handle: ({ core, session, params }) => answer(core.queue.release(session, params.id)),
  }),
  route({
    ...move('transfer', 'Give a conversation to an agent, or to the queue'),
    body: transfer,
    handle({ core, session, params, body }) {
      const { agent_id: agentId, priority, reason } = body
      return answer(core.queue.transfer(session, params.id, { agentId, priority, reason }))
    },
  }),
  route({
    ...move('close', 'Close a conversation'),
    body: close,
    async handle({ core, session, params, body }) {
      await core.lifecycle.close(session, params.id, body.reason)
      return shown(core, session, params.id)
    },
  }),
  route({
    ...move('reopen', 'Open a closed or snoozed conversation again'),
    async handle({ core, session, params }) {
      await core.lifecycle.reopen(session, params.id)
      return shown(core, session, params.id)
    },
  }),
  route({
    ...move('snooze', 'Put a conversation aside until a time, or until the visitor writes'),
    body: snooze,
    async handle({ core, session, params, body }) {
      await core.lifecycle.snooze(session, params.id, Date.parse(body.until))
      return shown(core, session, params.id)
    },
  }),
  route({
    ...move('tags', 'Put a tag on a conversation'),
    body: tagInput,
    handle: ({ core, session, params, body }) =>
      answer(core.conversations.addTag(session, params.id, body.tag)),
  }),
  route({
    ...serve,
    method: 'delete',
    path: at('/:id/tags/:tag'),
    summary: 'Take a tag off',
    params: z.object({ id, tag: tagInput.shape.tag }),
    responses: { 200: one },
    handle: ({ core, session, params }) =>
      answer(core.conversations.removeTag(session, params.id, params.tag)),
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

async function answer(view: Promise<ConversationView>) {
  return reply(200, { conversation: adminConversation(await view) })
}

const shown = (core: Core, staff: Staff, conversationId: string) =>
  answer(core.conversations.get(staff, conversationId))

/** A conversation as it is handed out on request: the view, then its messages in order. */
export async function exported(core: Core, staff: Staff, conversationId: string) {
  const conversation = adminConversation(await core.conversations.get(staff, conversationId))
  const messages: Message[] = []
  for await (const part of core.conversations.export(staff, conversationId))
    if (Array.isArray(part)) messages.push(...part)
  const link = linkOf(core)
  return { conversation, messages: messages.map((entry) => message(entry, readerOf(staff), link)) }
}
