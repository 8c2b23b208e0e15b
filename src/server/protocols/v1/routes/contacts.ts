import { z } from 'zod'
import type { Core } from '../../../core/index.js'
import type { Contact } from '../../../core/model.js'
import type { Staff } from '../../../core/principal.js'
import { reply, route } from '../../route.js'
import { listPage } from '../answers.js'
import { asStaff } from '../authentication.js'
import {
  adminConversation as conversationSchema,
  device as deviceSchema,
  message as messageSchema,
  contact as schema,
} from '../schemas/entities.js'
import { listContacts, mergeContacts, patchContact } from '../schemas/inputs.js'
import { id, listOf } from '../schemas/scalars.js'
import { contact, device } from '../wire-staff.js'
import { exported } from './admin-conversations.js'

const params = z.object({ id })
const one = z.object({ contact: schema })
const whole = one.extend({ devices: z.array(deviceSchema) })
const read = { auth: asStaff, action: 'app.read' } as const
const manage = { auth: asStaff, action: 'app.manage' } as const

const shown = (core: Core, staff: Staff, from: Contact) =>
  contact(from, staff.app.id, core.contacts.online(from))

/** The people who write, as agents and servers keep them. */
export const contactRoutes = [
  route({
    ...read,
    method: 'get',
    path: '/v1/admin/contacts',
    summary: 'List contacts, newest first; q finds in name, e-mail, phone and external id',
    query: listContacts,
    responses: { 200: listOf('contacts', schema) },
    async handle({ core, session, query }) {
      const { items, next_cursor } = await listPage(
        core,
        'contacts',
        query,
        (page) => core.contacts.list(session, { ...page, text: query.q }),
        (row) => row.key,
        (row) => shown(core, session, row),
      )
      return reply(200, { contacts: items, next_cursor })
    },
  }),
  route({
    ...read,
    method: 'get',
    path: '/v1/admin/contacts/:id',
    summary: 'Get a contact with their devices',
    params,
    responses: { 200: whole },
    async handle({ core, session, params }) {
      const found = await core.contacts.get(session, params.id)
      return reply(200, { contact: shown(core, session, found.contact), devices: found.devices.map(device) })
    },
  }),
  route({
    auth: asStaff,
    action: 'conversation.serve',
    method: 'patch',
    path: '/v1/admin/contacts/:id',
    summary: 'Change what is known of a contact; null forgets',
    params,
    body: patchContact,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      const { lead_stage: leadStage, ...fields } = body
      const updated = await core.contacts.update(session, params.id, { ...fields, leadStage })
      return reply(200, { contact: shown(core, session, updated) })
    },
  }),
  route({
    ...manage,
    method: 'post',
    path: '/v1/admin/contacts/:id/merge',
    summary: 'Move everything of another contact here; the other one ends',
    params,
    body: mergeContacts,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      const merged = await core.contacts.merge(session, params.id, body.from)
      return reply(200, { contact: shown(core, session, merged) })
    },
  }),
  route({
    ...manage,
    method: 'delete',
    path: '/v1/admin/contacts/:id',
    summary: 'Delete a contact with all conversations, messages and files',
    params,
    responses: { 204: z.undefined() },
    async handle({ core, session, params }) {
      await core.contacts.remove(session, params.id)
      return reply(204, undefined)
    },
  }),
  route({
    ...manage,
    method: 'get',
    path: '/v1/admin/contacts/:id/export',
    summary: 'Everything that is known of a contact',
    params,
    responses: {
      200: whole.extend({
        conversations: z.array(
          z.object({ conversation: conversationSchema, messages: z.array(messageSchema) }),
        ),
      }),
    },
    async handle({ core, session, params }) {
      const found = await core.contacts.get(session, params.id)
      const views = await core.conversations.list(session, { contact: params.id, limit: 10_000 })
      const conversations = []
      for (const view of views) conversations.push(await exported(core, session, view.conversation.id))
      const devices = found.devices.map(device)
      return reply(200, { contact: shown(core, session, found.contact), devices, conversations })
    },
  }),
]
