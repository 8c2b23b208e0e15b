import { z } from 'zod'
import { reply, route } from '../../route.js'
import { asStaff } from '../authentication.js'
import { deliveryPage } from '../delivery-page.js'
import {
  deliveryAttempt as attemptSchema,
  deliveryList,
  listWebhookDeliveries,
  patchWebhook,
  shownOnce,
  webhookInput,
  webhook as webhookSchema,
} from '../schemas/outside.js'
import { id, listOf } from '../schemas/scalars.js'
import { deliveryAttempt, webhook } from '../wire-outside.js'

const manage = { auth: asStaff, action: 'app.manage' } as const
const params = z.object({ id })
const one = z.object({ webhook: webhookSchema })

/** HTTP receivers of events. */
export const webhookRoutes = [
  route({
    ...manage,
    method: 'get',
    path: '/v1/admin/webhooks',
    summary: 'List webhooks, never their secrets',
    responses: { 200: listOf('webhooks', webhookSchema) },
    async handle({ core, session }) {
      return reply(200, { webhooks: (await core.webhooks.list(session)).map(webhook), next_cursor: null })
    },
  }),
  route({
    ...manage,
    method: 'post',
    path: '/v1/admin/webhooks',
    summary: 'Add a webhook; its secret is shown this once',
    body: webhookInput,
    responses: { 201: shownOnce },
    async handle({ core, session, body }) {
      const row = await core.webhooks.add(session, body)
      return reply(201, { webhook: webhook(row), secret: row.secret })
    },
  }),
  route({
    ...manage,
    method: 'get',
    path: '/v1/admin/webhooks/:id',
    summary: 'Get a webhook',
    params,
    responses: { 200: one },
    async handle({ core, session, params }) {
      return reply(200, { webhook: webhook(await core.webhooks.one(session, params.id)) })
    },
  }),
  route({
    ...manage,
    method: 'patch',
    path: '/v1/admin/webhooks/:id',
    summary: 'Change address or types of a webhook, or switch it on or off',
    params,
    body: patchWebhook,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      return reply(200, { webhook: webhook(await core.webhooks.update(session, params.id, body)) })
    },
  }),
  route({
    ...manage,
    method: 'delete',
    path: '/v1/admin/webhooks/:id',
    summary: 'Delete a webhook with its deliveries',
    params,
    responses: { 204: z.undefined() },
    async handle({ core, session, params }) {
      await core.webhooks.remove(session, params.id)
      return reply(204, undefined)
    },
  }),
  route({
    ...manage,
    method: 'post',
    path: '/v1/admin/webhooks/:id/rotate',
    summary: 'Make a new secret; for a while the old one signs, too',
    params,
    responses: { 201: shownOnce },
    async handle({ core, session, params }) {
      const row = await core.webhooks.rotate(session, params.id)
      return reply(201, { webhook: webhook(row), secret: row.secret })
    },
  }),
  route({
    ...manage,
    method: 'post',
    path: '/v1/admin/webhooks/:id/test',
    summary: 'Send a test event now; how it went is in the answer',
    params,
    responses: { 200: z.object({ attempt: attemptSchema }) },
    async handle({ core, session, params }) {
      return reply(200, { attempt: deliveryAttempt(await core.webhooks.test(session, params.id)) })
    },
  }),
  route({
    ...manage,
    method: 'get',
    path: '/v1/admin/webhooks/:id/deliveries',
    summary: 'List deliveries to a webhook, newest first',
    params,
    query: listWebhookDeliveries,
    responses: { 200: deliveryList },
    async handle({ core, session, params, query }) {
      return reply(200, await deliveryPage(core, session, { ...query, webhook: params.id }))
    },
  }),
]
