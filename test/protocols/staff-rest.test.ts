import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  AdminConversation,
  ApiKey,
  AuditEvent,
  CannedReply,
  Contact,
  FoundConversation,
  Member,
  Message,
  QueueEntry,
} from '../../src/server/protocols/v1/schemas.js'
import { asBearer, people, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { api, refused } from './conforming.js'
import { newConversation } from './live.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const as = (name: keyof typeof people) => asBearer(people[name].token)
type One = { conversation: AdminConversation }

const get = <Body>(path: string, name: keyof typeof people = 'ana') =>
  api<Body>(server, 'GET', `/v1/admin/${path}`, { as: as(name) })
const post = <Body>(path: string, body?: unknown, name: keyof typeof people = 'ana') =>
  api<Body>(server, 'POST', `/v1/admin/${path}`, { as: as(name), body })
const conversation = (id: string, verb: string, body?: unknown, name?: keyof typeof people) =>
  post<One>(`conversations/${id}/${verb}`, body, name)

describe('Signing in', () => {
  const login = { email: people.ana.email, password: people.ana.password }
  type Session = { access_token: string; refresh_token: string; expires_in: number }

  test('gives tokens, renews them once, and ends them all when one comes twice', async () => {
    const first = await api<Session>(server, 'POST', '/v1/auth/login', { body: login })
    expect(first.body).toMatchObject({ expires_in: 900, apps: [{ id: shop.id, role: 'agent' }] })
    expect(JSON.stringify(first.body)).not.toContain('password')
    const renew = (refresh_token: string) =>
      api<Session>(server, 'POST', '/v1/auth/refresh', { body: { refresh_token } })
    const second = await renew(first.body.refresh_token)
    expect(second.status).toBe(200)
    const reuse = { body: { refresh_token: first.body.refresh_token } }
    expect((await refused(server, 'POST', '/v1/auth/refresh', reuse)).code).toBe('unauthorized')
    const family = { body: { refresh_token: second.body.refresh_token } }
    expect((await refused(server, 'POST', '/v1/auth/refresh', family)).code).toBe('unauthorized')
  })

  test('says who is signed in, and ends', async () => {
    const { body } = await api<Session>(server, 'POST', '/v1/auth/login', { body: login })
    const me = await api(server, 'GET', '/v1/auth/me', { as: asBearer(body.access_token) })
    expect(me.body).toMatchObject({ agent: { name: 'Ana' }, apps: [{ id: shop.id }] })
    const out = await api(server, 'POST', '/v1/auth/logout', { body: { refresh_token: body.refresh_token } })
    expect(out.status).toBe(204)
    const after = { body: { refresh_token: body.refresh_token } }
    expect((await refused(server, 'POST', '/v1/auth/refresh', after)).code).toBe('unauthorized')
  })

  test('says the same of a wrong password and of an unknown address', async () => {
    const wrong = await refused(server, 'POST', '/v1/auth/login', { body: { ...login, password: 'wrong' } })
    const unknown = await refused(server, 'POST', '/v1/auth/login', {
      body: { ...login, email: 'no@one.example' },
    })
    expect({ code: wrong.code, message: wrong.message }).toEqual({
      code: unknown.code,
      message: unknown.message,
    })
    expect(wrong.code).toBe('unauthorized')
  })
})

describe('Serving', () => {
  test('takes a conversation that others then cannot take', async () => {
    const { id } = await newConversation(server)
    const claimed = await conversation(id, 'claim')
    expect(claimed.body.conversation).toMatchObject({
      handler: 'agent',
      assignee: { name: 'Ana' },
      queue: null,
    })
    const lost = await refused(server, 'POST', `/v1/admin/conversations/${id}/claim`, { as: as('ben') })
    expect(lost).toMatchObject({ code: 'conflict', assignee: { name: 'Ana' } })
    expect(lost.message).toContain('Ana')
  })

  test('hands on, puts back, closes, opens again and puts aside', async () => {
    const { id } = await newConversation(server)
    await conversation(id, 'claim')
    const members = await get<{ agents: Member[] }>('agents')
    const ben = members.body.agents.find(({ name }) => name === 'Ben')
    const given = await conversation(id, 'transfer', { agent_id: ben?.id, reason: 'speaks German' })
    expect(given.body.conversation.assignee?.name).toBe('Ben')
    const released = await conversation(id, 'release', undefined, 'ben')
    expect(released.body.conversation).toMatchObject({ handler: 'queue', assignee: null })
    const closed = await conversation(id, 'close', { reason: 'done' })
    expect(closed.body.conversation).toMatchObject({ status: 'closed', summary: { transferred: true } })
    const reopened = await conversation(id, 'reopen')
    expect(reopened.body.conversation).toMatchObject({ status: 'open', assignee: { name: 'Ana' } })
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const snoozed = await conversation(id, 'snooze', { until })
    expect(snoozed.body.conversation).toMatchObject({ status: 'snoozed', snoozed_until: until })
    const past = { as: as('ana'), body: { until: '2001-01-01T00:00:00Z' } }
    expect((await refused(server, 'POST', `/v1/admin/conversations/${id}/snooze`, past)).code).toBe(
      'invalid_request',
    )
  })

  test('answers nobody blind', async () => {
    const { id, as: visitor } = await newConversation(server)
    const path = `/v1/conversations/${id}/messages`
    await api(server, 'POST', path, { as: visitor, body: { local_id: '1', body: 'hello' } })
    await api(server, 'POST', path, { as: visitor, body: { local_id: '2', body: 'never mind' } })
    const late = await refused(server, 'POST', `/v1/admin/conversations/${id}/messages`, {
      as: as('ana'),
      body: { local_id: 'r', body: 'Hi!', expect_sequence: 1 },
    })
    expect(late).toMatchObject({ code: 'conflict', latest: { body: 'never mind', sequence: 2 } })
    const messages = await get<{ messages: Message[] }>(`conversations/${id}/messages`)
    expect(messages.body.messages).toHaveLength(2)
  })

  test('writes notes that take no sequence', async () => {
    const { id } = await newConversation(server)
    const body = { local_id: 'n', body: 'look out', visibility: 'internal' }
    const note = await post<{ message: Message }>(`conversations/${id}/messages`, body)
    expect(note.body.message).toMatchObject({ sequence: null, after_sequence: 0, visibility: 'internal' })
  })

  test('tags, names and prioritises', async () => {
    const { id } = await newConversation(server)
    await conversation(id, 'tags', { tag: 'refund' })
    const patched = await api<One>(server, 'PATCH', `/v1/admin/conversations/${id}`, {
      as: as('ana'),
      body: { subject: 'Lost parcel', priority: 'high', metadata: { order: 7 } },
    })
    expect(patched.body.conversation).toMatchObject({
      subject: 'Lost parcel',
      priority: 'high',
      tags: ['refund'],
      metadata: { order: 7 },
    })
    const tagged = await get<{ conversations: AdminConversation[] }>('conversations?tag=refund')
    expect(tagged.body.conversations.map((entry) => entry.id)).toEqual([id])
    expect((await get<{ tags: object[] }>('tags')).body.tags).toContainEqual({ tag: 'refund', count: 1 })
    const off = await api<One>(server, 'DELETE', `/v1/admin/conversations/${id}/tags/refund`, {
      as: as('ana'),
    })
    expect(off.body.conversation.tags).toEqual([])
  })

  test('finds by what was written, also in notes', async () => {
    const { id, as: visitor } = await newConversation(server)
    const body = { local_id: '1', body: 'my zebra arrived broken' }
    await api(server, 'POST', `/v1/conversations/${id}/messages`, { as: visitor, body })
    await post(`conversations/${id}/messages`, { local_id: 'n', body: 'quagga', visibility: 'internal' })
    await api(server, 'POST', `/v1/conversations/${id}/messages`, {
      as: visitor,
      body: { local_id: '2', body: 'and nothing else' },
    })
    type List = { conversations: FoundConversation[] }
    const found = async (words: string) => (await get<List>(`conversations?q=${words}`)).body.conversations
    expect(await found('zebra')).toMatchObject([
      {
        id,
        last_message: { body: 'and nothing else' },
        match: { sequence: 1, body: 'my zebra arrived broken', sender: 'user', visibility: 'public' },
      },
    ])
    expect(await found('quagga')).toMatchObject([
      { id, match: { sequence: null, after_sequence: 1, body: 'quagga', visibility: 'internal' } },
    ])
    expect(await found('unicorn')).toEqual([])
    expect((await get<List>('conversations?limit=1')).body.conversations[0]).not.toHaveProperty('match')
  })

  test('lists by state, handler, assignee and contact', async () => {
    const { id } = await newConversation(server)
    const claimed = await conversation(id, 'claim', undefined, 'ben')
    const contact = claimed.body.conversation.visitor_id
    const ids = async (query: string) =>
      (
        await get<{ conversations: AdminConversation[] }>(`conversations?${query}`, 'ben')
      ).body.conversations.map((entry) => entry.id)
    expect(await ids('assignee=me&status=open')).toContain(id)
    expect(await ids(`contact=${contact}`)).toEqual([id])
    expect(await ids('handler=queue')).not.toContain(id)
    expect(await ids('assignee=none')).not.toContain(id)
  })

  test('hands a conversation out whole', async () => {
    const { id, as: visitor } = await newConversation(server)
    await api(server, 'POST', `/v1/conversations/${id}/messages`, {
      as: visitor,
      body: { local_id: '1', body: 'hi' },
    })
    await post(`conversations/${id}/messages`, { local_id: 'n', body: 'note', visibility: 'internal' })
    const whole = await get<{ messages: Message[] }>(`conversations/${id}/export`, 'adam')
    expect(whole.body.messages.map((message) => message.body)).toEqual(['hi', 'note'])
  })
})

test('The queue is shown in its order, in pages, and given out from its head', async () => {
  await using other = await startTestServer()
  const ids: string[] = []
  for (let count = 0; count < 3; count++) ids.push((await newConversation(other)).id)
  const list = (query = '') =>
    api<{ queue: QueueEntry[]; size: number; next_cursor: string | null }>(
      other,
      'GET',
      `/v1/admin/queue${query}`,
      { as: as('ana') },
    )
  const whole = await list()
  expect(whole.body.queue.map((entry) => entry.conversation_id)).toEqual(ids)
  expect(whole.body.queue.map((entry) => entry.position)).toEqual([1, 2, 3])
  const first = await list('?limit=2')
  expect(first.body).toMatchObject({ size: 3 })
  const second = await list(`?limit=2&cursor=${first.body.next_cursor}`)
  expect(second.body.queue.map((entry) => entry.conversation_id)).toEqual(ids.slice(2))
  const taken = await api<One>(other, 'POST', '/v1/admin/queue/next', { as: as('ana') })
  expect(taken.body.conversation.id).toBe(ids[0])
  const afterwards = await list(`?cursor=${ids[0]}`)
  expect(afterwards.body.queue).toHaveLength(2)
})

describe('Keeping the app', () => {
  test('keeps contacts: found, changed, merged, handed out, deleted', async () => {
    const [first, second] = [await newConversation(server), await newConversation(server)]
    const contactOf = async (id: string) =>
      (await get<One>(`conversations/${id}`)).body.conversation.visitor_id ?? ''
    const [kept, ended] = [await contactOf(first.id), await contactOf(second.id)]
    const path = `/v1/admin/contacts/${kept}`
    const body = {
      name: 'Frida',
      email: 'frida@example.org',
      attributes: { plan: 'gold' },
      lead_stage: 'won',
    }
    const changed = await api<{ contact: Contact }>(server, 'PATCH', path, { as: as('ana'), body })
    expect(changed.body.contact).toMatchObject(body)
    const found = await get<{ contacts: Contact[] }>('contacts?q=FRIDA')
    expect(found.body.contacts.map((contact) => contact.id)).toEqual([kept])
    await post(`contacts/${kept}/merge`, { from: ended }, 'adam')
    expect((await refused(server, 'GET', `/v1/admin/contacts/${ended}`, { as: as('ana') })).code).toBe(
      'not_found',
    )
    expect(await contactOf(second.id)).toBe(kept)
    const whole = await get<{ conversations: unknown[]; devices: unknown[] }>(
      `contacts/${kept}/export`,
      'adam',
    )
    expect([whole.body.conversations.length, whole.body.devices.length]).toEqual([2, 2])
    expect((await api(server, 'DELETE', path, { as: as('adam') })).status).toBe(204)
    expect((await refused(server, 'GET', path, { as: as('ana') })).code).toBe('not_found')
    const gone = await refused(server, 'GET', `/v1/admin/conversations/${first.id}`, { as: as('ana') })
    expect(gone.code).toBe('not_found')
  })

  test('keeps agents and their roles', async () => {
    const input = { email: 'new@shop.example', name: 'Nina', role: 'viewer' }
    const added = await post<{ agent: Member; password?: string }>('agents', input, 'adam')
    expect(added.body.password).toMatch(/^.{10,}$/)
    expect(added.body.agent).toMatchObject({ name: 'Nina', role: 'viewer', connected: false })
    const path = `/v1/admin/memberships/${added.body.agent.id}`
    const raised = await api<{ agent: Member }>(server, 'PATCH', path, {
      as: as('adam'),
      body: { role: 'agent' },
    })
    expect(raised.body.agent.role).toBe('agent')
    const owner = { as: as('adam'), body: { role: 'owner' } }
    expect((await refused(server, 'PATCH', path, owner)).code).toBe('forbidden')
    expect((await api(server, 'DELETE', path, { as: as('adam') })).status).toBe(204)
    expect((await refused(server, 'DELETE', path, { as: as('adam') })).code).toBe('not_found')
    const given = await post<{ password?: string }>(
      'agents',
      { email: 'x@shop.example', name: 'Xenia', password: 'a long password' },
      'adam',
    )
    expect(given.body).not.toHaveProperty('password')
  })

  test('says whether one takes conversations', async () => {
    const answer = await api<{ agent: Member }>(server, 'PUT', '/v1/admin/agents/me/status', {
      as: as('ben'),
      body: { availability: 'away' },
    })
    expect(answer.body.agent.availability).toBe('away')
  })

  test('keeps canned replies, shared ones only by who manages the app', async () => {
    const own = await post<{ canned_reply: CannedReply }>('canned-replies', { name: 'hi', text: 'Hello!' })
    expect(own.body.canned_reply.shared).toBe(false)
    const shared = { as: as('ana'), body: { name: 'all', text: 'x', shared: true } }
    expect((await refused(server, 'POST', '/v1/admin/canned-replies', shared)).code).toBe('forbidden')
    const path = `/v1/admin/canned-replies/${own.body.canned_reply.id}`
    const body = { name: 'hi', text: 'Hello there!' }
    const changed = await api<{ canned_reply: CannedReply }>(server, 'PATCH', path, { as: as('ana'), body })
    expect(changed.body.canned_reply.text).toBe('Hello there!')
    expect((await refused(server, 'DELETE', path, { as: as('ben') })).code).toBe('not_found')
    expect((await api(server, 'DELETE', path, { as: as('ana') })).status).toBe(204)
  })

  test('makes keys that are shown once, and revokes them', async () => {
    const made = await post<{ key: ApiKey; secret: string }>(
      'keys',
      { kind: 'secret', name: 'shop server' },
      'olga',
    )
    expect(made.body.secret).toMatch(/^sk_/)
    expect(JSON.stringify(made.body.key)).not.toContain(made.body.secret)
    const list = await get<{ keys: ApiKey[] }>('keys', 'olga')
    expect(JSON.stringify(list.body)).not.toContain(made.body.secret)
    const stats = { as: asBearer(made.body.secret) }
    expect((await api(server, 'GET', '/v1/admin/stats', stats)).status).toBe(200)
    const rotated = await post<{ secret: string }>(
      `keys/${made.body.key.id}/rotate`,
      { grace_seconds: 0 },
      'olga',
    )
    expect((await refused(server, 'GET', '/v1/admin/stats', stats)).code).toBe('unauthorized')
    expect((await api(server, 'GET', '/v1/admin/stats', { as: asBearer(rotated.body.secret) })).status).toBe(
      200,
    )
    const revoke = await api(server, 'DELETE', `/v1/admin/keys/${made.body.key.id}`, { as: as('olga') })
    expect(revoke.status).toBe(204)
  })

  test('reads and changes settings', async () => {
    const path = '/v1/admin/settings'
    const body = { routing: 'round_robin', reopen_window_days: 3 }
    const changed = await api(server, 'PATCH', path, { as: as('olga'), body })
    expect(changed.body).toMatchObject({ name: 'Shop', settings: body })
    expect((await get('settings', 'vera')).body).toEqual(changed.body)
  })

  test('shows statistics, and the log of who did what', async () => {
    expect((await get('stats')).body).toMatchObject({ stats: { agents: { total: expect.any(Number) } } })
    type Log = { events: AuditEvent[]; next_cursor: string | null }
    const first = await get<Log>('audit?limit=2', 'adam')
    const second = await get<Log>(`audit?limit=2&cursor=${first.body.next_cursor}`, 'adam')
    const ids = [...first.body.events, ...second.body.events].map((event) => event.id)
    expect(new Set(ids).size).toBe(4)
    const claims = await get<Log>('audit?action=conversation.claim', 'adam')
    expect(new Set(claims.body.events.map((event) => event.action))).toEqual(new Set(['conversation.claim']))
    const foreign = await refused(server, 'GET', `/v1/admin/conversations?cursor=${first.body.next_cursor}`, {
      as: as('adam'),
    })
    expect(foreign.code).toBe('invalid_request')
  })
})
