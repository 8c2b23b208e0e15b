import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Message } from '../../src/server/protocols/v1/schemas.js'
import { asBearer, asDevice, people, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { api, holdEventsToSchema } from './conforming.js'
import { type Ack, connect, connectAgent, connectVisitor, type Live, newConversation } from './live.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ environment: { REPLYHQ_SOCKETS_TYPING_TIMEOUT: '400ms' } })
})
afterAll(() => server[Symbol.asyncDispose]())

const messageOf = (ack: Ack) => ack.message as Message
let locals = 0

async function say(live: Live, id: string, body: string, more: object = {}): Promise<Message> {
  const ack = await live.ask('message:send', { conversation_id: id, local_id: `l${++locals}`, body, ...more })
  expect(ack.ok, JSON.stringify(ack.error)).toBe(true)
  return messageOf(ack)
}

/** Everything that was sent to a connection so far has arrived once its ping came back. */
const settle = (...lives: Live[]) => Promise.all(lives.map((live) => live.ask('ping')))

/** A conversation with its visitor joined and Ana watching the app. */
async function table() {
  const { id, deviceId, as } = await newConversation(server)
  const visitor = await connectVisitor(server, deviceId)
  const ana = await connectAgent(server, 'ana')
  await visitor.ask('conversation:join', { conversation_id: id })
  await ana.ask('app:subscribe', { app_id: shop.id })
  const end = () => {
    holdEventsToSchema(visitor, '/client')
    holdEventsToSchema(ana, '/admin')
    visitor.socket.disconnect()
    ana.socket.disconnect()
  }
  return { id, deviceId, as, visitor, ana, [Symbol.dispose]: end }
}

describe('Connecting', () => {
  test('greets visitors and agents', async () => {
    const { deviceId } = await newConversation(server)
    using visitor = await connectVisitor(server, deviceId)
    expect(await visitor.next('connected')).toMatchObject({ device_id: deviceId })
    using agent = await connectAgent(server, 'ana')
    expect(await agent.next('connected')).toMatchObject({ agent: { name: 'Ana' }, app_id: shop.id })
    using software = await connect(server, '/admin', { app_id: shop.id, api_key: shop.secretKey })
    expect(await software.next('connected')).toMatchObject({ agent: null, app_id: shop.id })
  })

  test('works over long polling too', async () => {
    const { id, deviceId } = await newConversation(server)
    using visitor = await connectVisitor(server, deviceId, shop, { transports: ['polling'] })
    const joined = await visitor.ask('conversation:join', { conversation_id: id })
    expect(joined.ok).toBe(true)
    const message = await say(visitor, id, 'by polling')
    expect(await visitor.next('message:new')).toMatchObject({ id: message.id })
  })

  const wrong: [string, string, Record<string, unknown>, string][] = [
    ['a visitor without a key', '/client', { app_id: shop.id, device_id: 'd' }, 'invalid_request'],
    [
      'a visitor with a wrong key',
      '/client',
      { app_id: shop.id, device_id: 'd', api_key: 'pk_no' },
      'unauthorized',
    ],
    [
      'a visitor with a secret key',
      '/client',
      { app_id: shop.id, device_id: 'd', api_key: shop.secretKey },
      'forbidden',
    ],
    [
      'a key of another app',
      '/client',
      { app_id: 'app_rival', device_id: 'd', api_key: shop.publishableKey },
      'unauthorized',
    ],
    [
      'a publishable key at the agents’',
      '/admin',
      { app_id: shop.id, api_key: shop.publishableKey },
      'forbidden',
    ],
    ['an unknown token', '/admin', { token: 'rhq_nobody' }, 'unauthorized'],
    ['a broken token', '/admin', { token: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.' }, 'unauthorized'],
    ['an app that is not theirs', '/admin', { token: people.ana.token, app_id: 'app_rival' }, 'not_found'],
    ['nothing at all', '/admin', {}, 'invalid_request'],
  ]
  for (const [who, namespace, auth, code] of wrong) {
    test(`refuses ${who}`, async () => {
      await expect(connect(server, namespace, auth)).rejects.toMatchObject({
        data: { ok: false, error: { code } },
      })
    })
  }
})

describe('A conversation', () => {
  test('passes messages both ways, each once, in order, the same for all', async () => {
    using scene = await table()
    const { id, visitor, ana } = scene
    for (let count = 1; count <= 5; count++) {
      await say(visitor, id, `question ${count}`)
      await say(ana, id, `answer ${count}`)
    }
    await settle(visitor, ana)
    for (const live of [visitor, ana]) {
      const seen = live.of('message:new').filter((message) => message.conversation_id === id)
      expect(seen.map((message) => message.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    }
  })

  test('sends a repeated local id to nobody a second time', async () => {
    using scene = await table()
    const { id, visitor, ana } = scene
    const body = { conversation_id: id, local_id: 'same', body: 'once' }
    const acks = await Promise.all([1, 2, 3].map(() => visitor.ask('message:send', body)))
    expect(new Set(acks.map((ack) => messageOf(ack).id)).size).toBe(1)
    await settle(visitor, ana)
    expect(ana.of('message:new').filter((message) => message.conversation_id === id)).toHaveLength(1)
  })

  test('gives one copy to an agent who watches the app and joined the conversation', async () => {
    using scene = await table()
    const { id, visitor, ana } = scene
    const joined = await ana.ask('conversation:join', { conversation_id: id })
    expect(joined).toMatchObject({ ok: true, messages: [], has_more: false, conversation: { id } })
    await say(visitor, id, 'hello')
    await settle(ana)
    expect(ana.of('message:new').filter((message) => message.conversation_id === id)).toHaveLength(1)
  })

  test('gives who comes back everything that changed meanwhile, by revision', async () => {
    using scene = await table()
    const { id, visitor, ana, deviceId } = scene
    const first = await say(visitor, id, 'first')
    const second = await say(visitor, id, 'second')
    visitor.socket.disconnect()
    await say(ana, id, 'third')
    await ana.ask('message:read', { conversation_id: id, up_to_sequence: 2 })
    using back = await connectVisitor(server, deviceId)
    const ack = await back.ask('conversation:join', { conversation_id: id, after_revision: second.revision })
    const missed = ack.messages as Message[]
    expect(missed.map((message) => message.body).toSorted()).toEqual(['first', 'second', 'third'])
    expect(missed.find((message) => message.id === first.id)?.status).toBe('READ')
    expect(await back.next('conversation:joined')).toEqual({ conversation_id: id })
    const far = await back.ask('conversation:join', { conversation_id: id, after_revision: 100_000 })
    expect(far).toMatchObject({ ok: true, resync_required: true })
    expect(far).not.toHaveProperty('messages')
  })

  test('tells of edits, deletions and reactions, with what is mine for each', async () => {
    using scene = await table()
    const { id, visitor, ana } = scene
    await ana.ask('conversation:join', { conversation_id: id })
    using ben = await connectAgent(server, 'ben')
    await ben.ask('app:subscribe', { app_id: shop.id })
    await ben.ask('conversation:join', { conversation_id: id })
    const { id: message_id } = await say(visitor, id, 'helo')
    const ref = { conversation_id: id, message_id }
    await visitor.ask('message:edit', { ...ref, body: 'hello' })
    expect(await ana.next('message:updated')).toMatchObject({ body: 'hello', id: message_id })
    await ana.ask('reaction:add', { ...ref, emoji: '🎉' })
    const reaction = { emoji: '🎉', count: 1 }
    expect(await ana.next('reaction:changed')).toMatchObject({ reactions: [{ ...reaction, mine: true }] })
    expect(await ben.next('reaction:changed')).toMatchObject({ reactions: [{ ...reaction, mine: false }] })
    expect(await visitor.next('reaction:changed')).toMatchObject({
      reactions: [{ ...reaction, mine: false }],
    })
    await visitor.ask('message:edit', { ...ref, body: 'hello!' })
    const edited = (live: Live) => live.next('message:updated', (payload) => payload.body === 'hello!')
    expect(await edited(ana)).toMatchObject({ reactions: [{ mine: true }] })
    expect(await edited(ben)).toMatchObject({ reactions: [{ mine: false }] })
    await settle(ana, ben)
    expect(ana.of('message:updated')).toHaveLength(2)
    await ana.ask('reaction:remove', { ...ref, emoji: '🎉' })
    await visitor.ask('message:delete', ref)
    expect(await ana.next('message:deleted')).toMatchObject({ message_id, conversation_id: id, sequence: 1 })
    expect(await visitor.next('message:deleted')).toMatchObject({ message_id })
  })

  test('tells the other side what was delivered and read', async () => {
    using scene = await table()
    const { id, visitor, ana } = scene
    await ana.ask('conversation:join', { conversation_id: id })
    await say(visitor, id, 'are you there?')
    expect(await ana.ask('message:read', { conversation_id: id, up_to_sequence: 1 })).toMatchObject({
      updated: 1,
    })
    expect(await visitor.next('message:status')).toMatchObject({
      by: 'agent',
      status: 'READ',
      up_to_sequence: 1,
    })
    await say(ana, id, 'yes')
    await visitor.ask('message:delivered', { conversation_id: id, up_to_sequence: 2 })
    expect(await ana.next('message:status', ({ by }) => by === 'user')).toMatchObject({ status: 'DELIVERED' })
  })

  test('shows who writes, and stops by itself', async () => {
    using scene = await table()
    const { id, visitor, ana } = scene
    await ana.ask('conversation:join', { conversation_id: id })
    await ana.ask('typing:start', { conversation_id: id })
    expect(await visitor.next('agent:typing')).toMatchObject({ agent: { name: 'Ana' }, is_typing: true })
    await visitor.next('agent:typing', (payload) => payload.is_typing === false)
    await visitor.ask('typing:start', { conversation_id: id })
    await visitor.ask('typing:stop', { conversation_id: id })
    await ana.next('user:typing', (payload) => payload.is_typing === false)
  })

  test('is followed no longer once it was left', async () => {
    using scene = await table()
    const { id, visitor, ana } = scene
    await visitor.ask('conversation:leave', { conversation_id: id })
    await say(ana, id, 'anybody there?')
    await settle(visitor)
    expect(visitor.of('message:new')).toEqual([])
  })
})

describe('What is internal', () => {
  test('reaches other agents and never the visitor', async () => {
    using scene = await table()
    const { id, visitor, ana, deviceId } = scene
    const note = await say(ana, id, 'SECRET', { visibility: 'internal' })
    const ref = { conversation_id: id, message_id: note.id }
    await ana.ask('reaction:add', { ...ref, emoji: '👀' })
    await ana.ask('message:edit', { ...ref, body: 'SECRET too' })
    const answers = [
      await visitor.ask('message:edit', { ...ref, body: 'mine' }),
      await visitor.ask('reaction:add', { ...ref, emoji: '👀' }),
      await visitor.ask('message:delete', ref),
    ]
    expect(answers.map((ack) => ack.error?.code)).toEqual(['not_found', 'not_found', 'not_found'])
    await ana.ask('message:delete', ref)
    expect(await ana.next('message:new')).toMatchObject({ visibility: 'internal', sequence: null })
    using second = await connectVisitor(server, deviceId)
    const joined = await second.ask('conversation:join', { conversation_id: id, after_revision: 0 })
    await settle(visitor, second)
    expect(JSON.stringify([visitor.received, second.received, joined])).not.toMatch(/SECRET|internal/)
    expect(visitor.received.map(({ name }) => name)).not.toContain('reaction:changed')
  })

  test('of conversations stays with the agents', async () => {
    using scene = await table()
    const { id, visitor, ana } = scene
    await ana.ask('conversation:claim', { conversation_id: id })
    const update = await visitor.next('conversation:updated', (payload) => payload.assignee !== null)
    expect(Object.keys(update)).not.toContain('tags')
    expect(Object.keys(update)).not.toContain('subject')
    const admin = await ana.next(
      'conversation:updated',
      (payload) => payload.id === id && payload.assignee !== null,
    )
    expect(admin).toMatchObject({ tags: [], online: true })
  })
})

describe('Watching an app', () => {
  test('shows the queue as numbered changes, sessions and presence', async () => {
    using watcher = await connectAgent(server, 'vera')
    const before = await watcher.ask('queue:list')
    await watcher.ask('app:subscribe', { app_id: shop.id })
    const { id, deviceId, as } = await newConversation(server)
    const added = (payload: Record<string, unknown>) =>
      ((payload.added ?? []) as { conversation_id: string }[]).some((entry) => entry.conversation_id === id)
    const change = await watcher.next('queue:changed', added)
    expect(change).toMatchObject({ size: Number(before.size) + 1, change: Number(before.change) + 1 })
    using visitor = await connectVisitor(server, deviceId)
    const { visitor_id } = await visitor.next('connected')
    await watcher.next('session:connect', (payload) => payload.visitor_id === visitor_id)
    const online = await watcher.next('presence:change', (payload) => payload.id === visitor_id)
    expect(online).toMatchObject({ subject: 'user', online: true })
    const sessions = (await watcher.ask('sessions:list')).sessions as { visitor_id: string }[]
    expect(sessions.map((session) => session.visitor_id)).toContain(visitor_id)
    visitor.socket.disconnect()
    await watcher.next('session:disconnect', (payload) => payload.visitor_id === visitor_id)
    await api(server, 'POST', `/v1/conversations/${id}/close`, { as })
    await watcher.next('queue:changed', (payload) => ((payload.removed ?? []) as string[]).includes(id))
    holdEventsToSchema(watcher, '/admin')
  })

  test('is for those who may: a viewer sees, and cannot act', async () => {
    const { id } = await newConversation(server)
    using vera = await connectAgent(server, 'vera')
    expect((await vera.ask('conversation:join', { conversation_id: id })).ok).toBe(true)
    for (const event of ['conversation:claim', 'conversation:close', 'typing:start']) {
      const ack = await vera.ask(event, { conversation_id: id })
      expect(ack.error?.code, event).toBe('forbidden')
    }
  })

  test('lets exactly one agent win a claim', async () => {
    const { id } = await newConversation(server)
    using ana = await connectAgent(server, 'ana')
    using ben = await connectAgent(server, 'ben')
    const acks = await Promise.all(
      [ana, ben].map((live) => live.ask('conversation:claim', { conversation_id: id })),
    )
    expect(acks.filter((ack) => ack.ok)).toHaveLength(1)
    const lost = acks.find((ack) => !ack.ok)
    expect(lost?.error).toMatchObject({
      code: 'conflict',
      assignee: { name: expect.stringMatching(/Ana|Ben/) },
    })
  })

  test('tells a visitor when their agent comes and goes', async () => {
    using scene = await table()
    const { id, visitor, ana } = scene
    await ana.ask('conversation:claim', { conversation_id: id })
    await ana.ask('agent:status', { availability: 'away' })
    expect(await visitor.next('agent:presence')).toMatchObject({ agent: { name: 'Ana' }, online: false })
    await ana.ask('agent:status', { availability: 'online' })
    await visitor.next('agent:presence', (payload) => payload.online === true)
  })

  test('moves conversations on by event as by REST', async () => {
    const { id } = await newConversation(server)
    using ana = await connectAgent(server, 'ana')
    const ref = { conversation_id: id }
    const steps: [string, object][] = [
      ['conversation:claim', ref],
      ['conversation:release', ref],
      ['conversation:transfer', { ...ref, priority: 'high', reason: 'VIP' }],
      ['conversation:close', ref],
      ['conversation:reopen', ref],
    ]
    for (const [name, payload] of steps) {
      const ack = await ana.ask(name, payload)
      expect(ack.ok, `${name}: ${ack.error?.message}`).toBe(true)
      expect(ack.conversation, name).toMatchObject({ id, tags: [] })
    }
    const next = await ana.ask('queue:next')
    expect(next.ok).toBe(true)
  })
})

test('What REST changes arrives on sockets, and the other way round', async () => {
  using scene = await table()
  const { id, as, visitor, ana } = scene
  await api(server, 'POST', `/v1/conversations/${id}/messages`, {
    as,
    body: { local_id: 'r', body: 'by REST' },
  })
  await visitor.next('message:new', (payload) => payload.body === 'by REST')
  await ana.next('message:new', (payload) => payload.body === 'by REST')
  await say(ana, id, 'by socket')
  const list = await api<{ messages: Message[] }>(server, 'GET', `/v1/conversations/${id}/messages`, { as })
  expect(list.body.messages.map((message) => message.body)).toEqual(['by REST', 'by socket'])
})

test('All devices of an identified user hear of their conversation', async () => {
  const user = { id: `user ${Date.now()}` }
  const handshake = (device_id: string) => ({
    app_id: shop.id,
    api_key: shop.publishableKey,
    device_id,
    user,
  })
  using phone = await connect(server, '/client', handshake('multi-phone'))
  using laptop = await connect(server, '/client', handshake('multi-laptop'))
  const as = asDevice('multi-phone', shop)
  await api(server, 'POST', '/v1/conversations', { as, body: {} })
  await phone.next('conversation:updated')
  await laptop.next('conversation:updated')
})

test('An agent of two apps chooses one, and then hears and reaches only that one', async () => {
  await using other = await startTestServer()
  const { core } = other.instance
  const [olga, rivals] = await Promise.all([
    core.auth.inApp(await core.auth.agentByToken(people.olga.token), undefined),
    core.apps.byId('app_rival'),
  ])
  const operator = { type: 'operator', app: rivals } as const
  await core.agents.add(operator, { email: people.olga.email, name: olga.agent.name })
  using live = await connectAgent(other, 'olga')
  expect(await live.next('connected')).toMatchObject({ app_id: null })
  const { id } = await newConversation(other)
  expect((await live.ask('queue:list')).error?.code).toBe('invalid_request')
  expect(await live.ask('app:subscribe', { app_id: shop.id })).toMatchObject({ ok: true, app_id: shop.id })
  expect((await live.ask('conversation:join', { conversation_id: id })).ok).toBe(true)
  expect((await live.ask('app:subscribe', { app_id: 'app_rival' })).ok).toBe(true)
  expect((await live.ask('conversation:join', { conversation_id: id })).error?.code).toBe('not_found')
  const before = live.of('message:new').length
  const agent = asBearer(people.ana.token)
  await api(other, 'POST', `/v1/admin/conversations/${id}/messages`, {
    as: agent,
    body: { local_id: 'x', body: 'x' },
  })
  await settle(live)
  expect(live.of('message:new')).toHaveLength(before)
})

test('Nothing of a connection that is cut while it arrives stays behind', async () => {
  const { id, deviceId } = await newConversation(server)
  using watcher = await connectAgent(server, 'vera')
  for (let count = 0; count < 5; count++) {
    const visitor = await connectVisitor(server, deviceId)
    visitor.socket.emit('conversation:join', { conversation_id: id })
    visitor.socket.io.engine.close()
  }
  await until('the sessions to end', async () => {
    const sessions = (await watcher.ask('sessions:list')).sessions as { device_id: string }[]
    return !sessions.some((session) => session.device_id === deviceId)
  })
})
