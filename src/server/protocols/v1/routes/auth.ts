import { z } from 'zod'
import type { SignIn } from '../../../core/auth/sessions.js'
import { type Caller, reply, route } from '../../route.js'
import { asSignedIn } from '../authentication.js'
import { agent as agentSchema, app as appSchema } from '../schemas/administration.js'
import { login, refresh } from '../schemas/inputs.js'
import { count } from '../schemas/scalars.js'
import { agent, app } from '../wire-staff.js'

const identity = z.object({ agent: agentSchema, apps: z.array(appSchema) })
const session = identity.extend({
  access_token: z.string(),
  expires_in: count.describe('Seconds'),
  refresh_token: z.string().describe('Works once; its reuse ends the session'),
})

/** The account is locked by the core; this slows whoever tries many accounts from one address. */
const pace = { limit: 'login', key: (caller: Caller) => caller.address, failuresOnly: true } as const

const answer = ({ accessToken, expiresIn, refreshToken, agent: who, apps }: SignIn) => ({
  access_token: accessToken,
  expires_in: expiresIn,
  refresh_token: refreshToken,
  agent: agent(who),
  apps: apps.map((membership) => app(membership.app, membership.role)),
})

export const authRoutes = [
  route({
    method: 'post',
    path: '/v1/auth/login',
    summary: 'Sign in as an agent',
    auth: null,
    pace,
    body: login,
    responses: { 200: session },
    async handle({ core, body }) {
      return reply(200, answer(await core.auth.login(body.email, body.password)))
    },
  }),
  route({
    method: 'post',
    path: '/v1/auth/refresh',
    summary: 'Stay signed in: a new pair of tokens for a refresh token',
    auth: null,
    pace,
    body: refresh,
    responses: { 200: session },
    async handle({ core, body }) {
      return reply(200, answer(await core.auth.refresh(body.refresh_token)))
    },
  }),
  route({
    method: 'post',
    path: '/v1/auth/logout',
    summary: 'Sign out: the session of this refresh token ends',
    auth: null,
    body: refresh,
    responses: { 204: z.undefined() },
    async handle({ core, body }) {
      await core.auth.logout(body.refresh_token)
      return reply(204, undefined)
    },
  }),
  route({
    method: 'get',
    path: '/v1/auth/me',
    summary: 'Who is signed in, and in which apps',
    auth: asSignedIn,
    responses: { 200: identity },
    async handle({ core, session: signedIn }) {
      const [who, apps] = await Promise.all([core.agents.self(signedIn), core.auth.appsOf(signedIn)])
      return reply(200, {
        agent: agent(who),
        apps: apps.map((membership) => app(membership.app, membership.role)),
      })
    },
  }),
]
