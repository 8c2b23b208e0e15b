import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Conversation, Message, Refusal, User } from '../../src/server/protocols/hybrid/schemas.js'
import { handMovedClock } from '../helpers/clock.js'
import { asBearer, call, people, rival, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { api } from './conforming.js'
import {
  asHost,
  asUser,
  by,
  connectWith,
  conversationOf,
  device,
  inSeconds,
  internalSecret,
  known,
  newUser,
  say,
  sign,
  startHosted,
  tokenOf,
} from './host.js'
import { connect } from './live.js'

let server: TestServer
beforeAll(async () => {
  server = await startHosted()
})
afterAll(() => server[Symbol.asyncDispose]())

const exp = inSeconds(3_600)
const badTokens: [what: string, token: string][] = [
  ['is signed by nobody', sign({ sub: 'ann', exp }, { alg: 'none' })],
  ['is signed with another algorithm', sign({ sub: 'ann', exp }, { alg: 'HS512' })],
  ['is signed with another secret', sign({ sub: 'ann', exp }, undefined, 'x'.repeat(40))],
  [
    'was changed after it was signed',
    tokenOf('ann').replace(/\.[^.]+\./, `.${tokenOf('bob').split('.')[1]}.`),
  ],
  ['has expired', sign({ sub: 'ann', exp: inSeconds(-60) })],
  ['is not valid yet', sign({ sub: 'ann', exp, nbf: inSeconds(600) })],
  ['never ends', sign({ sub: 'ann' })],
  ['is of nobody', sign({ exp })],
  ['is of an app that is not there', sign({ sub: 'ann', exp, app_id: 'app_none' })],
  ['holds no claims', sign([] as unknown as Record<string, unknown>)],
]

describe('A token is refused that', () => {
  test.each(badTokens)('%s', async (_what, token) => {
    await expect(connectWith(server, token)).rejects.toMatchObject({
      data: {
        ok: false,
        error: { code: 'unauthorized', message: expect.any(String), timestamp: expect.any(String) },
      },
    })
    const answer = await api<Refusal>(server, 'GET', '/api/conversations', {
      as: { Authorization: `Bearer ${token}` },
    })
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthorized'])
  })
})

describe('The door that this protocol shares with handoff', () => {
  const strange: [what: string, token: unknown][] = [
    ['a number', 7],
    ['an object', { a: 1 }],
    ['an empty text', ''],
    ['no token at all', 'abc'],
    ['two parts', 'a.b'],
    ['three parts of nothing', '..'],
    ['three parts of garbage', 'a.b.c'],
    ['claims that are no object', `a.${Buffer.from('7').toString('base64url')}.c`],
    ['claims that are null', `a.${Buffer.from('null').toString('base64url')}.c`],
    ['a huge text', 'x'.repeat(100_000)],
  ]
  test.each(strange)('stays shut for %s, and nothing falls over', async (_what, token) => {
    await expect(connectWith(server, token)).rejects.toThrow(/\w/)
  })

  test('leads agents with an access token to handoff, and users with a token here', async () => {
    const { body } = await call(server, 'POST', '/v1/auth/login', {
      body: { email: people.ana.email, password: people.ana.password },
    })
    using agent = await connectWith(server, (body as { access_token: string }).access_token)
    expect(await agent.ask('agent:join', {})).toMatchObject({ ok: true })
    using user = await device(server, newUser('user'))
    expect(await user.ask('agent:join', {})).toMatchObject({ ok: false, error: { code: 'invalid_request' } })
    using customer = await connect(server, '/', { apiKey: shop.publishableKey }, { path: '/socket.io' })
    expect(await customer.ask('customer:start_chat', { userId: 'x' })).toMatchObject({ ok: true })
  })

  test('is shut for tokens of users where no host has a secret here', async () => {
    await using lonely = await startTestServer()
    await expect(connectWith(lonely, tokenOf('ann'))).rejects.toThrow(/AUTH_JWT_SECRET/)
  })
})

test('A socket is told and cut when its token ends, in the middle of things', async () => {
  const clock = handMovedClock(Date.now())
  await using timed = await startHosted({ overrides: { clock } })
  const userId = newUser('user')
  using short = await device(timed, userId, { exp: Math.floor(clock.now() / 1000) + 60 })
  using long = await device(timed, userId, { exp: Math.floor(clock.now() / 1000) + 600 })
  clock.advance(59_000)
  expect(await short.ask('ping')).toMatchObject({ ok: true })
  clock.advance(2_000)
  expect(await short.next('error')).toEqual({
    code: 'unauthorized',
    message: expect.any(String),
    timestamp: expect.any(String),
  })
  await until('the end of the connection', () => short.socket.disconnected)
  expect(await long.ask('ping')).toMatchObject({ ok: true })
})

describe('A secret key', () => {
  const acting = (userId: string, more: Record<string, string> = {}) => ({
    Authorization: `Bearer ${shop.secretKey}`,
    'X-User-Id': userId,
    ...more,
  })

  test('acts for a user, in either header', async () => {
    const [ann = '', bob = ''] = await known(server, 'ann', 'bob')
    const body = { type: 'direct', participantIds: [bob] }
    const begun = await api<Conversation>(server, 'POST', '/api/conversations', { as: acting(ann), body })
    expect(begun.status).toBe(201)
    const as = { 'X-Api-Key': shop.secretKey, 'X-User-Id': bob }
    const path = `/api/conversations/${begun.body.id}/messages`
    const sent = await api<Message>(server, 'POST', path, { as, body: { content: 'for Bob' } })
    expect(sent.body.senderId).toBe(bob)
  })

  test('names the user in UTF-8', async () => {
    const userId = 'zoë-日本'
    const body = { externalUserId: userId, name: 'Zoë' }
    await api(server, 'POST', '/api/users/sync', { as: asHost, body })
    const bytes = Buffer.from(userId).toString('latin1')
    expect((await api(server, 'GET', '/api/conversations', { as: acting(bytes) })).status).toBe(200)
  })

  test('must say for whom, and only for those of its app', async () => {
    const [ann = ''] = await known(server, 'ann')
    const list = async (as: Record<string, string>) => {
      const { status, body } = await api<Refusal>(server, 'GET', '/api/conversations', { as })
      return status === 200 ? 'ok' : body.code
    }
    expect(await list(acting(ann))).toBe('ok')
    expect(await list({ Authorization: `Bearer ${shop.secretKey}` })).toBe('invalid_request')
    expect(await list(acting('nobody-at-all'))).toBe('not_found')
    expect(await list({ ...acting(ann), Authorization: `Bearer ${rival.secretKey}` })).toBe('not_found')
    expect(await list({ ...acting(ann), Authorization: `Bearer ${shop.publishableKey}` })).toBe('forbidden')
    expect(await list({ ...acting(ann), Authorization: 'Bearer sk_unknown_key_of_nobody' })).toBe(
      'unauthorized',
    )
    expect(await list(acting(ann, { 'X-App-Id': rival.id }))).toBe('unauthorized')
    expect(await list({})).toBe('unauthorized')
    expect(await list({ Authorization: 'Basic dXNlcjpwYXNz' })).toBe('unauthorized')
    expect(await list(asBearer(people.olga.token))).toBe('unauthorized')
  })

  test('does what its scopes say', async () => {
    const [ann = '', bob = ''] = await known(server, 'ann', 'bob')
    const made = await call(server, 'POST', '/v1/admin/keys', {
      as: asBearer(people.olga.token),
      body: { kind: 'secret', scopes: ['read'] },
    })
    const as = acting(ann, { Authorization: `Bearer ${(made.body as { secret: string }).secret}` })
    expect((await api(server, 'GET', '/api/conversations', { as })).status).toBe(200)
    const body = { type: 'direct', participantIds: [bob] }
    expect((await api(server, 'POST', '/api/conversations', { as, body })).status).toBe(403)
  })
})

describe('The internal API', () => {
  const sync = (body: unknown, as: Record<string, string> = asHost) =>
    api<User & Refusal>(server, 'POST', '/api/users/sync', { as, body })
  const read = (userId: string, as: Record<string, string> = asHost) =>
    api<User & Refusal>(server, 'GET', `/api/users/${encodeURIComponent(userId)}`, { as })

  test('adds and changes a user', async () => {
    const externalUserId = newUser('ann')
    const full = {
      externalUserId,
      name: 'Ann',
      email: 'ann@shop.example',
      avatar: 'https://x/a.png',
      attributes: { a: 1 },
    }
    expect((await sync(full)).body).toMatchObject(full)
    expect((await sync({ externalUserId, name: 'Anna', avatar: null })).body).toMatchObject({
      name: 'Anna',
      email: 'ann@shop.example',
      avatar: null,
      attributes: { a: 1 },
    })
    expect((await read(externalUserId)).body).toMatchObject({ externalUserId, name: 'Anna' })
    expect((await read('nobody-at-all')).status).toBe(404)
    expect((await read(externalUserId, { ...asHost, 'X-App-Id': rival.id })).status).toBe(404)
    expect((await read(externalUserId, { ...asHost, 'X-App-Id': shop.id })).status).toBe(200)
  })

  test('takes a batch of 1,000 and says of each row what became of it, and refuses 1,001', async () => {
    const row = (index: number) => ({ externalUserId: `batch-${index}`, name: `User ${index}` })
    const users: unknown[] = Array.from({ length: 1_000 }, (_, index) => row(index))
    users[10] = { externalUserId: 'bad-mail', name: 'Bad', email: 'none' }
    users[20] = { name: 'nobody' }
    users[30] = null
    users[40] = 'text'
    const path = '/api/users/sync/batch'
    const batch = await api<{ data: { externalUserId: string; ok: boolean; error?: { code: string } }[] }>(
      server,
      'POST',
      path,
      { as: asHost, body: { users } },
    )
    expect(batch.status).toBe(200)
    expect(batch.body.data).toHaveLength(1_000)
    const bad = batch.body.data.flatMap((result, index) => (result.ok ? [] : [[index, result.error?.code]]))
    expect(bad).toEqual([10, 20, 30, 40].map((index) => [index, 'invalid_request']))
    expect((await read('batch-999')).status).toBe(200)
    const tooMany = await api<Refusal>(server, 'POST', path, {
      as: asHost,
      body: { users: Array.from({ length: 1_001 }, (_, index) => row(index)) },
    })
    expect([tooMany.status, tooMany.body.code]).toEqual([400, 'invalid_request'])
  })

  test('is shut without its secret, and with a wrong one', async () => {
    const wrong: Record<string, string>[] = [
      {},
      { 'X-Internal-Secret': 'wrong' },
      { 'X-Internal-Secret': `${internalSecret}x` },
      asUser('ann'),
    ]
    for (const as of wrong) expect((await sync({ externalUserId: 'x', name: 'x' }, as)).status).toBe(401)
  })

  test('is not there where no secret is set, in the words of any path that is not', async () => {
    await using open = await startTestServer()
    for (const as of [{}, asHost, { 'X-Internal-Secret': '' }]) {
      const answer = await call(open, 'POST', '/api/users/sync', { as, body: {} })
      expect(answer.status).toBe(404)
      expect(answer.body).toEqual({
        code: 'not_found',
        message: expect.any(String),
        timestamp: expect.any(String),
      })
    }
  })

  test('ends a deleted user’s token and sockets, and keeps what they wrote', async () => {
    const [ann = '', bob = ''] = await known(server, 'ann', 'bob')
    const { id } = await conversationOf(server, ann, 'group', [bob])
    await say(server, bob, id, 'I was here')
    const token = tokenOf(bob, { iat: inSeconds(-10) })
    using gone = await connectWith(server, token)
    await gone.next('connected')
    using watcher = await device(server, ann)
    expect((await api(server, 'DELETE', `/api/users/${bob}`, { as: asHost })).status).toBe(204)
    await until('the end of the socket', () => gone.socket.disconnected)
    await watcher.next('participant:removed', ({ userId }) => userId === bob)
    await expect(connectWith(server, token)).rejects.toMatchObject({
      data: { error: { code: 'unauthorized' } },
    })
    const { body } = await by<{ data: Message[] }>(server, ann, 'GET', `/api/conversations/${id}/messages`)
    expect(body.data).toMatchObject([{ content: 'I was here', sender: { name: 'Deleted user' } }])
    expect(JSON.stringify(body)).not.toContain(bob)
    expect((await read(bob)).status).toBe(404)
  })
})
