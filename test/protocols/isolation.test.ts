import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventsDocument, restDocument } from '../../src/server/protocols/v1/documents.js'
import { v1 } from '../../src/server/protocols/v1/index.js'
import {
  asBearer,
  asDevice,
  call,
  people,
  rival,
  shop,
  startTestServer,
  type TestServer,
} from '../helpers/server.js'
import { connect, connectAgent, connectVisitor, newConversation, newDevice } from './live.js'
import { type Schema, sample } from './samples.js'

let server: TestServer
/** Things of the shop, by the parameter that names them. */
let shops: {
  conversation: string
  message: string
  contact: string
  agent: string
  key: string
  canned: string
  webhook: string
  delivery: string
}

beforeAll(async () => {
  server = await startTestServer()
  const { id: conversation, as } = await newConversation(server)
  const olga = { as: asBearer(people.olga.token) }
  const post = async (path: string, body: unknown, by: { as: Record<string, string> } = olga) =>
    (await call(server, 'POST', path, { ...by, body })).body as Record<string, { id: string }>
  // Before the message, which it then gets.
  const webhook = await post('/v1/admin/webhooks', { url: 'https://receiver.example/private' })
  const sent = await post(
    `/v1/conversations/${conversation}/messages`,
    { local_id: '1', body: 'private' },
    { as },
  )
  const shown = await call(server, 'GET', `/v1/admin/conversations/${conversation}`, olga)
  const agents = await call(server, 'GET', '/v1/admin/agents', olga)
  const key = await post('/v1/admin/keys', { kind: 'secret' })
  const canned = await post('/v1/admin/canned-replies', { name: 'x', text: 'x', shared: true })
  const deliveries = await call(server, 'GET', '/v1/admin/deliveries', olga)
  shops = {
    conversation,
    message: sent.message?.id ?? '',
    contact: (shown.body as { conversation: { visitor_id: string } }).conversation.visitor_id,
    agent: (agents.body as { agents: { id: string }[] }).agents[0]?.id ?? '',
    key: key.key?.id ?? '',
    canned: canned.canned_reply?.id ?? '',
    webhook: webhook.webhook?.id ?? '',
    delivery: (deliveries.body as { deliveries: { id: string }[] }).deliveries[0]?.id ?? '',
  }
  expect(Object.values(shops)).not.toContain('')
})
afterAll(() => server[Symbol.asyncDispose]())

const document = restDocument('0') as { paths: Record<string, Record<string, { 'x-roles': string[] }>> }
const rolesOf = (method: string, path: string) =>
  document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method]?.['x-roles'] ?? []

/** The path with the shop's own ids in it. */
function shopPath(path: string): string {
  const { conversation, message, contact, agent, key, canned, webhook, delivery } = shops
  const owner =
    /\/(contacts|memberships|keys|canned-replies|webhooks|deliveries)\//.exec(path)?.[1] ?? 'conversations'
  const ids: Record<string, string> = {
    conversations: conversation,
    contacts: contact,
    memberships: agent,
    keys: key,
    'canned-replies': canned,
    webhooks: webhook,
    deliveries: delivery,
  }
  return path
    .replace('/messages/:id/trace', `/messages/${message}/trace`)
    .replace(':id', ids[owner] ?? '')
    .replace(':message_id', message)
    .replace(':emoji', encodeURIComponent('👍'))
    .replace(':tag', 'x')
}

function bodyFor(schema: z.ZodType | undefined): unknown {
  if (schema === undefined) return undefined
  return sample(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema)
}

const strangers: Record<string, () => Record<string, string>> = {
  'a visitor of another app': () => asDevice(newDevice(), rival),
  'another visitor of the same app': () => asDevice(newDevice(), shop),
  'the owner of another app': () => asBearer(people.rita.token),
  'a server of another app': () => asBearer(rival.secretKey),
}

describe('What is the shop’s is not there for', () => {
  for (const [who, as] of Object.entries(strangers)) {
    const isVisitor = who.includes('visitor')
    const routes = v1.routes.filter(
      ({ auth, path }) => auth?.admits === (isVisitor ? 'visitor' : 'staff') && path.includes(':'),
    )
    test(`${who}: ${routes.length} routes`, async () => {
      const before = await state()
      for (const { method, path, body, action } of routes) {
        const answer = await call(server, method.toUpperCase(), shopPath(path), {
          as: as(),
          body: bodyFor(body),
        })
        const what = `${method} ${path}: ${JSON.stringify(answer.body)}`
        // Keys are never a key's own business, whosever they are.
        const never = who.includes('server') && action === 'app.own'
        expect(answer.status, what).toBe(never ? 403 : 404)
        expect(JSON.stringify(answer.body)).not.toContain('private')
      }
      expect(await state()).toEqual(before)
    })

    test(`${who}: no list holds anything of it`, async () => {
      const lists = v1.routes.filter(
        ({ auth, path, method }) =>
          auth?.admits === (isVisitor ? 'visitor' : 'staff') && method === 'get' && !path.includes(':'),
      )
      for (const { path } of lists) {
        for (const query of ['', `?q=private`, `?contact=${shops.contact}`]) {
          const answer = await call(server, 'GET', path + query, { as: as() })
          const text = JSON.stringify(answer.body)
          for (const id of Object.values(shops)) expect(text, path + query).not.toContain(id)
        }
      }
    })
  }

  /** All of the conversation that anybody could have changed. */
  async function state() {
    const as = asBearer(people.olga.token)
    const path = `/v1/admin/conversations/${shops.conversation}`
    const answers = [
      await call(server, 'GET', path, { as }),
      await call(server, 'GET', `${path}/messages`, { as }),
    ]
    return answers.map(({ body }) => body)
  }
})

describe('References to what is another’s are refused inside a body, too', () => {
  test('an agent, a contact, a message and a file of another app', async () => {
    const { id, as } = await newConversation(server, rival)
    const rita = asBearer(people.rita.token)
    const shown = await call(server, 'GET', `/v1/admin/conversations/${id}`, { as: rita })
    const own = (shown.body as { conversation: { visitor_id: string } }).conversation.visitor_id
    const cases: [Record<string, string>, string, object][] = [
      [rita, `/v1/admin/conversations/${id}/transfer`, { agent_id: shops.agent }],
      [rita, `/v1/admin/contacts/${own}/merge`, { from: shops.contact }],
      [as, `/v1/conversations/${id}/messages`, { local_id: '1', body: 'x', reply_to: shops.message }],
      [as, `/v1/conversations/${id}/messages`, { local_id: '2', body: 'x', attachments: ['att_none'] }],
      [as, `/v1/conversations/${id}/messages/status`, { message_id: shops.message, status: 'READ' }],
      [as, `/v1/conversations/${id}/messages/read`, { message_ids: [shops.message] }],
    ]
    for (const [by, path, body] of cases) {
      const answer = await call(server, 'POST', path, { as: by, body })
      expect(answer.status, `${path} ${JSON.stringify(answer.body)}`).toBe(404)
    }
  })
})

describe('Events about what is another’s', () => {
  const channels = eventsDocument('0') as { operations: Record<string, { action: string }> }
  const faces = { client: v1.faces[0], admin: v1.faces[1] } as const

  const live = {
    'a visitor of another app': { channel: 'client', open: () => connectVisitor(server, newDevice(), rival) },
    'another visitor of the same app': { channel: 'client', open: () => connectVisitor(server, newDevice()) },
    'the owner of another app': { channel: 'admin', open: () => connectAgent(server, 'rita') },
    'a server of another app': {
      channel: 'admin',
      open: () => connect(server, '/admin', { app_id: rival.id, api_key: rival.secretKey }),
    },
  } as const

  for (const [who, { channel, open }] of Object.entries(live)) {
    test(`are not found by ${who}`, async () => {
      using connection = await open()
      for (const event of faces[channel]?.events ?? []) {
        expect(channels.operations).toHaveProperty([`${channel}.${event.name}`])
        const payload = sample(z.toJSONSchema(event.input, { io: 'input', unrepresentable: 'any' }) as Schema)
        if (typeof payload !== 'object' || payload === null || !('conversation_id' in payload)) continue
        const ids = { conversation_id: shops.conversation, message_id: shops.message }
        const ack = await connection.ask(event.name, { ...payload, ...ids })
        expect(ack.error?.code, `${event.name}: ${JSON.stringify(ack)}`).toBe('not_found')
      }
    })
  }

  test('are not subscribed to, and not heard', async () => {
    using rita = await connectAgent(server, 'rita')
    expect((await rita.ask('app:subscribe', { app_id: shop.id })).error?.code).toBe('not_found')
    await rita.ask('app:subscribe', { app_id: rival.id })
    using outsider = await connectVisitor(server, newDevice())
    const { id, as, deviceId } = await newConversation(server)
    using visitor = await connectVisitor(server, deviceId)
    await visitor.ask('message:send', { conversation_id: id, local_id: '1', body: 'private' })
    await visitor.ask('typing:start', { conversation_id: id })
    await call(server, 'POST', `/v1/conversations/${id}/close`, { as })
    await Promise.all([rita.ask('ping'), outsider.ask('ping')])
    const heard = (names: string[], of: string[]) => names.filter((name) => !of.includes(name))
    const quiet = ['connected', 'pong', 'presence:change']
    expect(
      heard(
        rita.received.map(({ name }) => name),
        quiet,
      ),
    ).toEqual([])
    expect(
      heard(
        outsider.received.map(({ name }) => name),
        quiet,
      ),
    ).toEqual([])
    expect(JSON.stringify(rita.of('presence:change'))).not.toContain(
      String(visitor.of('connected')[0]?.visitor_id),
    )
  })
})

describe('Roles', () => {
  const staff = { vera: 'viewer', ana: 'agent', adam: 'admin', olga: 'owner' } as const
  const routes = v1.routes.filter(({ auth }) => auth?.admits === 'staff' && auth.principal !== undefined)
  const nowhere = (path: string) => path.replaceAll(/:\w+/g, 'x')

  for (const [name, role] of Object.entries(staff)) {
    test(`what a${role === 'viewer' ? '' : 'n'} ${role} may is what the document says`, async () => {
      for (const { method, path, body } of routes) {
        if (path === '/v1/auth/me') continue
        const may = rolesOf(method, path).includes(role)
        const as = asBearer(people[name as keyof typeof staff].token)
        // A body that is never right: nothing is done, and permission is asked before it is looked at.
        const wrong = body === undefined ? undefined : []
        const answer = await call(server, method.toUpperCase(), nowhere(path), { as, body: wrong })
        const what = `${method} ${path} as ${role}: ${answer.status}`
        if (may) expect(answer.status, what).not.toBe(403)
        else expect(answer.status, what).toBe(403)
      }
    })
  }

  const outsiders: [string, () => Record<string, string>, number][] = [
    ['nobody', () => ({}), 401],
    ['a visitor', () => asDevice(newDevice(), shop), 401],
    ['a publishable key', () => asBearer(shop.publishableKey), 403],
    ['an unknown key', () => asBearer('sk_0123456789abcdefghijklmnop'), 401],
    ['a token without a signature', () => asBearer('eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZ3RfMSJ9.'), 401],
    ['a token of another kind', () => ({ Authorization: 'Basic dXNlcjpwYXNz' }), 401],
    ['an empty token', () => ({ Authorization: 'Bearer ' }), 401],
  ]
  for (const [who, as, status] of outsiders) {
    test(`no route of staff is open to ${who}`, async () => {
      for (const { method, path } of routes) {
        if (path === '/v1/auth/me' && status === 403) continue
        const answer = await call(server, method.toUpperCase(), nowhere(path), { as: as() })
        expect(answer.status, `${method} ${path}`).toBe(status)
      }
    })
  }

  test('no route of visitors is open to staff or strangers', async () => {
    const visitors = v1.routes.filter(({ auth }) => auth?.admits === 'visitor')
    const wrong = [{}, asBearer(people.olga.token), { ...asDevice('d', shop), 'X-Api-Key': shop.secretKey }]
    for (const { method, path } of visitors) {
      const statuses = []
      for (const as of wrong)
        statuses.push((await call(server, method.toUpperCase(), nowhere(path), { as })).status)
      expect(statuses, `${method} ${path}`).toEqual([401, 401, 403])
    }
  })

  test('a key does what its scopes say', async () => {
    const body = { kind: 'secret', scopes: ['read'] }
    const made = await call(server, 'POST', '/v1/admin/keys', { as: asBearer(people.olga.token), body })
    const as = asBearer((made.body as { secret: string }).secret)
    const { id } = await newConversation(server)
    expect((await call(server, 'GET', `/v1/admin/conversations/${id}`, { as })).status).toBe(200)
    const close = await call(server, 'POST', `/v1/admin/conversations/${id}/close`, { as, body: {} })
    expect(close.status).toBe(403)
    using live = await connect(server, '/admin', { app_id: shop.id, api_key: asKey(as) })
    expect((await live.ask('conversation:close', { conversation_id: id })).error?.code).toBe('forbidden')
  })
})

const asKey = (as: Record<string, string>) => as.Authorization?.slice('Bearer '.length)
