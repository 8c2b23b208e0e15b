import { z } from 'zod'
import { reply, route } from '../../route.js'
import { asStaff } from '../authentication.js'
import { agent as agentSchema, member as schema } from '../schemas/administration.js'
import { agentStatus, createAgent, patchMembership } from '../schemas/inputs.js'
import { id, listOf } from '../schemas/scalars.js'
import { agent, member } from '../wire-staff.js'

const params = z.object({ id })
const one = z.object({ agent: schema })
const manage = { auth: asStaff, action: 'app.manage' } as const

/** The people who answer, as members of the app. */
export const agentRoutes = [
  route({
    method: 'get',
    path: '/v1/admin/agents',
    summary: 'List the agents of the app',
    auth: asStaff,
    action: 'app.read',
    responses: { 200: listOf('agents', schema) },
    async handle({ core, session }) {
      const rows = await core.agents.list(session)
      const agents = rows.map((row) => member(row, core.agents.connected(session.app.key, row.agent.key)))
      return reply(200, { agents, next_cursor: null })
    },
  }),
  route({
    ...manage,
    method: 'post',
    path: '/v1/admin/agents',
    summary: 'Add an agent; the password is in the answer only when none was given',
    body: createAgent,
    responses: { 201: one.extend({ password: z.string().optional() }) },
    async handle({ core, session, body }) {
      const added = await core.agents.add(session, body)
      const row = await core.agents.member(session, added.agent.id)
      const password = added.password ?? undefined
      return reply(201, {
        agent: member(row, core.agents.connected(session.app.key, row.agent.key)),
        password,
      })
    },
  }),
  route({
    method: 'put',
    path: '/v1/admin/agents/me/status',
    summary: 'Say whether one takes conversations',
    auth: asStaff,
    action: 'conversation.serve',
    body: agentStatus,
    responses: { 200: z.object({ agent: agentSchema }) },
    async handle({ core, session, body }) {
      return reply(200, { agent: agent(await core.agents.setAvailability(session, body.availability)) })
    },
  }),
  route({
    ...manage,
    method: 'patch',
    path: '/v1/admin/memberships/:id',
    summary: 'Change the role or capacity of an agent, named by the agent’s id',
    params,
    body: patchMembership,
    responses: { 200: one },
    async handle({ core, session, params, body }) {
      const row = await core.agents.setMembership(session, params.id, body)
      return reply(200, { agent: member(row, core.agents.connected(session.app.key, row.agent.key)) })
    },
  }),
  route({
    ...manage,
    method: 'delete',
    path: '/v1/admin/memberships/:id',
    summary: 'Take an agent out of the app; what they wrote stays',
    params,
    responses: { 204: z.undefined() },
    async handle({ core, session, params }) {
      await core.agents.remove(session, params.id)
      return reply(204, undefined)
    },
  }),
]
