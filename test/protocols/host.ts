import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import type { Conversation, Message } from '../../src/server/protocols/hybrid/schemas.js'
import type { InstallationOptions } from '../helpers/seed.js'
import { startTestServer, type TestServer } from '../helpers/server.js'
import { type Answer, api } from './conforming.js'
import { connect, type Live } from './live.js'

/** What the host application and the server share. */
const jwtSecret = 'the secret of the host application - long enough'
export const internalSecret = 'the secret of the internal API - long enough'

/** A server beside a host application. */
export const startHosted = (options: InstallationOptions = {}): Promise<TestServer> =>
  startTestServer({
    ...options,
    environment: {
      REPLYHQ_AUTH_JWT_SECRET: jwtSecret,
      REPLYHQ_INTERNAL_API_SECRET: internalSecret,
      ...options.environment,
    },
  })

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token of any content: what a library would refuse to make, too. */
export function sign(
  claims: Record<string, unknown>,
  header: Record<string, unknown> = { alg: 'HS256', typ: 'JWT' },
  secret = jwtSecret,
): string {
  const text = `${part(header)}.${part(claims)}`
  const hash = header.alg === 'HS512' ? 'sha512' : 'sha256'
  return `${text}.${header.alg === 'none' ? '' : createHmac(hash, secret).update(text).digest('base64url')}`
}

/** Seconds since 1970, so many from now. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds

export const tokenOf = (userId: string, claims: Record<string, unknown> = {}): string =>
  sign({ sub: userId, name: userId, exp: inSeconds(3_600), ...claims })

export const asUser = (userId: string, claims?: Record<string, unknown>) => ({
  Authorization: `Bearer ${tokenOf(userId, claims)}`,
})
export const asHost = { 'X-Internal-Secret': internalSecret }

/** A connection with any token, before it is greeted. */
export const connectWith = (server: { url: string }, token: unknown): Promise<Live> =>
  connect(server, '/', { token }, { path: '/socket.io' })

/** A device of a user, in all its rooms. */
export async function device(
  server: { url: string },
  userId: string,
  claims?: Record<string, unknown>,
): Promise<Live> {
  const live = await connectWith(server, tokenOf(userId, claims))
  await live.next('connected')
  return live
}

/** A call for a user whose answer is held to what the route declares. */
export const by = <Body>(
  server: { url: string },
  userId: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<Body>> => api<Body>(server, method, path, { as: asUser(userId), body })

let users = 0
/** An id that no user has yet. */
export const newUser = (name: string): string => `${name}-${process.pid}-${++users}`

/** Makes users known, as a host does before anybody talks with them. */
export async function known(server: { url: string }, ...names: string[]): Promise<string[]> {
  const ids = names.map(newUser)
  const body = { users: ids.map((id) => ({ externalUserId: id, name: `Name of ${id}` })) }
  const answer = await api(server, 'POST', '/api/users/sync/batch', { as: asHost, body })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return ids
}

export async function conversationOf(
  server: { url: string },
  creator: string,
  type: Conversation['type'],
  participantIds: string[] = [],
  more: object = {},
): Promise<Conversation> {
  const body = { type, participantIds, ...more }
  const answer = await by<Conversation>(server, creator, 'POST', '/api/conversations', body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

export async function say(
  server: { url: string },
  userId: string,
  conversationId: string,
  content: string,
): Promise<Message> {
  const path = `/api/conversations/${conversationId}/messages`
  const answer = await by<Message>(server, userId, 'POST', path, { content })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}
