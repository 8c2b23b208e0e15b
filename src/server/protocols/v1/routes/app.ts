import { z } from 'zod'
import { settingsOf } from '../../../core/apps/settings.js'
import { reply, route } from '../../route.js'
import { listPage } from '../answers.js'
import { asStaff } from '../authentication.js'
import {
  auditEvent as auditSchema,
  settings as settingsSchema,
  stats as statsSchema,
} from '../schemas/administration.js'
import { session as sessionSchema } from '../schemas/events.js'
import { listAudit, patchSettings } from '../schemas/inputs.js'
import { listOf } from '../schemas/scalars.js'
import { session as sessionOf } from '../wire-events.js'
import { auditEvent, settings, stats } from '../wire-staff.js'

const read = { auth: asStaff, action: 'app.read' } as const
const shownSettings = z.object({ name: z.string(), settings: settingsSchema })

/** The app as a whole: its settings, its state, its log, who is connected. */
export const appRoutes = [
  route({
    ...read,
    method: 'get',
    path: '/v1/admin/settings',
    summary: 'Get the settings of the app',
    responses: { 200: shownSettings },
    async handle({ session }) {
      return reply(200, { name: session.app.name, settings: settings(settingsOf(session.app)) })
    },
  }),
  route({
    auth: asStaff,
    action: 'app.own',
    method: 'patch',
    path: '/v1/admin/settings',
    summary: 'Change settings of the app',
    body: patchSettings,
    responses: { 200: shownSettings },
    async handle({ core, session, body }) {
      const changes = {
        requireIdentity: body.require_identity,
        routing: body.routing,
        reopenWindowDays: body.reopen_window_days,
        agentGraceSeconds: body.agent_grace_seconds,
        botSuspensionMinutes: body.bot_suspension_minutes,
        customerPriorities: body.customer_priorities,
      }
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
      const app = await core.apps.update(session, { name: body.name, settings: given })
      return reply(200, { name: app.name, settings: settings(settingsOf(app)) })
    },
  }),
  route({
    ...read,
    method: 'get',
    path: '/v1/admin/stats',
    summary: 'The state of the app at this moment',
    responses: { 200: z.object({ stats: statsSchema }) },
    async handle({ core, session }) {
      return reply(200, { stats: stats(await core.stats.of(session)) })
    },
  }),
  route({
    ...read,
    method: 'get',
    path: '/v1/admin/sessions',
    summary: 'Visitors who are connected now',
    responses: { 200: listOf('sessions', sessionSchema) },
    async handle({ core, session }) {
      const sessions = await core.presence.sessions(session)
      return reply(200, { sessions: sessions.map(sessionOf), next_cursor: null })
    },
  }),
  route({
    auth: asStaff,
    action: 'app.manage',
    method: 'get',
    path: '/v1/admin/audit',
    summary: 'Who did what, newest first',
    query: listAudit,
    responses: { 200: listOf('events', auditSchema) },
    async handle({ core, session, query }) {
      const { items, next_cursor } = await listPage(
        core,
        'audit',
        query,
        (page) => core.audit.list(session, { ...page, action: query.action }),
        (row) => row.key,
        auditEvent,
      )
      return reply(200, { events: items, next_cursor })
    },
  }),
]
