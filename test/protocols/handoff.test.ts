import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { people, rival, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { connect, connectAgent, connectVisitor, type Live, newConversation, newDevice } from './live.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const path = '/socket.io'
const customer = (app: { publishableKey: string } = shop) =>
  connect(server, '/', { apiKey: app.publishableKey }, { path })
const agent = (name: keyof typeof people) => connect(server, '/', { token: people[name].token }, { path })

async function startChat(live: Live, more: Record<string, unknown> = {}): Promise<string> {
  const ack = await live.ask('customer:start_chat', { userId: newDevice(), ...more })
  expect(ack.ok).toBe(true)
  return String(ack.sessionId)
}

describe('the handoff protocol', () => {
  it('brings a customer from the queue to an agent and back to the end', async () => {
    using bo = await customer()
    using ana = await agent('ana')
    const sessionId = await startChat(bo, { userId: 'bo', metadata: { page: '/pricing' } })
    expect(await bo.next('session:created')).toEqual({ sessionId, status: 'waiting' })
    expect(await bo.next('status:changed')).toEqual({ status: 'waiting', position: expect.any(Number) })

    await bo.ask('customer:send_message', { sessionId, content: 'Is shipping free?' })
    expect(await bo.next('message:received')).toEqual({
      id: expect.stringMatching(/^msg_/),
      sessionId,
      content: 'Is shipping free?',
      sender: 'user',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      metadata: {},
    })

    await ana.ask('agent:join', { name: 'Ana' })
    expect(await ana.next('agent:joined')).toMatchObject({
      agentId: expect.any(String),
      agent: { name: 'Ana' },
    })
    const queue = await ana.next('queue:update')
    expect(queue.sessions).toContainEqual({
      sessionId,
      userId: 'bo',
      reason: null,
      priority: 'normal',
      position: expect.any(Number),
      requestedAt: expect.any(String),
      waitSeconds: expect.any(Number),
      lastMessage: 'Is shipping free?',
      metadata: { page: '/pricing' },
    })

    await ana.ask('agent:pickup_session', { sessionId })
    const assigned = await ana.next('session:assigned')
    expect(assigned.session).toMatchObject({
      id: sessionId,
      status: 'agent',
      messages: [{ content: 'Is shipping free?' }],
    })
    expect(await bo.next('status:changed', ({ status }) => status === 'agent')).toEqual({
      status: 'agent',
      agentName: 'Ana',
    })
    await ana.next('queue:update', ({ sessions }) => !JSON.stringify(sessions).includes(sessionId))

    await ana.ask('agent:send_message', { sessionId, content: 'Above 50 Euro.' })
    for (const side of [bo, ana])
      expect(await side.next('message:received', ({ sender }) => sender === 'agent')).toMatchObject({
        content: 'Above 50 Euro.',
      })
    await ana.ask('agent:close_session', { sessionId })
    for (const side of [bo, ana]) expect(await side.next('session:closed')).toEqual({})
  })

  it('lets a customer meet an agent of v1, and its agent a visitor of v1', async () => {
    using bo = await customer()
    using ana = await connectAgent(server, 'ana')
    const sessionId = await startChat(bo)
    await ana.ask('conversation:claim', { conversation_id: sessionId })
    await ana.ask('message:send', {
      conversation_id: sessionId,
      local_id: '1',
      body: 'Hello from the terminal',
    })
    expect(await bo.next('message:received')).toMatchObject({
      content: 'Hello from the terminal',
      sender: 'agent',
    })

    const { deviceId, id } = await newConversation(server)
    using visitor = await connectVisitor(server, deviceId)
    await visitor.ask('conversation:join', { conversation_id: id })
    using ben = await agent('ben')
    await ben.ask('agent:join', {})
    await ben.ask('agent:pickup_session', { sessionId: id })
    await ben.ask('agent:send_message', { sessionId: id, content: 'Hello from the other protocol' })
    expect(await visitor.next('message:new')).toMatchObject({ body: 'Hello from the other protocol' })
  })

  it('tells those who wait when they move up, on both protocols', async () => {
    using first = await customer()
    const firstSession = await startChat(first)
    const { deviceId, id } = await newConversation(server)
    using second = await connectVisitor(server, deviceId)
    await second.ask('conversation:join', { conversation_id: id })
    using ana = await agent('ana')
    await ana.ask('agent:join', {})
    const place = (update: Record<string, unknown>) => (update.queue as { position: number } | null)?.position
    await ana.ask('agent:pickup_session', { sessionId: firstSession })
    const moved = await second.next(
      'conversation:updated',
      (update) => update.id === id && place(update) !== undefined,
    )
    expect(place(moved)).toBeGreaterThan(0)
  })

  it('goes on in a session on another connection, but only for its own user', async () => {
    using bo = await customer()
    const sessionId = await startChat(bo, { userId: 'returning' })
    await bo.ask('customer:send_message', { sessionId, content: 'one' })
    using again = await customer()
    await again.ask('customer:start_chat', { userId: 'returning', sessionId })
    expect(await again.next('message:received')).toMatchObject({ content: 'one' })
    using stranger = await customer()
    const refused = await stranger.ask('customer:start_chat', { userId: 'stranger', sessionId })
    expect(refused).toMatchObject({ ok: false, error: { code: 'not_found' } })
    expect(stranger.of('message:received')).toEqual([])
  })

  it('gives an agent who comes back after a cut the sessions that they serve, and all that is written there', async () => {
    using bo = await customer()
    const sessionId = await startChat(bo)
    {
      using before = await agent('ben')
      await before.ask('agent:join', {})
      await before.ask('agent:pickup_session', { sessionId })
      await before.next('session:assigned', (assigned) => assigned.sessionId === sessionId)
      const given = before.of('session:assigned').filter((assigned) => assigned.sessionId === sessionId)
      expect(given).toHaveLength(1)
    }
    await bo.ask('customer:send_message', { sessionId, content: 'While you were away' })
    using ben = await agent('ben')
    await ben.ask('agent:join', {})
    const back = await ben.next('session:assigned', (assigned) => assigned.sessionId === sessionId)
    expect(back.session).toMatchObject({ messages: [{ content: 'While you were away' }] })
    await bo.ask('customer:send_message', { sessionId, content: 'Are you there?' })
    expect(await ben.next('message:received', (sent) => sent.content === 'Are you there?')).toBeTruthy()
    await ben.ask('agent:close_session', { sessionId })
  })

  it('gives an agent a session that was assigned elsewhere, with the notes, and ends that when it goes to another', async () => {
    using bo = await customer()
    const sessionId = await startChat(bo)
    using ben = await agent('ben')
    await ben.ask('agent:join', {})
    using ana = await connectAgent(server, 'ana')
    await ana.ask('conversation:claim', { conversation_id: sessionId })
    const note = { conversation_id: sessionId, local_id: 'n', body: 'Be kind.', visibility: 'internal' }
    expect(await ana.ask('message:send', note)).toMatchObject({ ok: true })
    const toBen = { conversation_id: sessionId, agent_id: (await ben.next('agent:joined')).agentId }
    expect(await ana.ask('conversation:transfer', toBen)).toMatchObject({ ok: true })
    const { session } = await ben.next('session:assigned', (given) => given.sessionId === sessionId)
    expect(session).toMatchObject({
      messages: expect.arrayContaining([
        expect.objectContaining({ content: 'Be kind.', sender: 'system', metadata: { internal: true } }),
      ]),
    })
    expect(JSON.stringify(bo.of('message:received'))).not.toContain('Be kind.')

    const again = bo.of('status:changed').length
    using elsewhere = await connectAgent(server, 'ben')
    const release = await elsewhere.ask('conversation:release', { conversation_id: sessionId })
    expect(release).toMatchObject({ ok: true })
    await until('it waits again', () => bo.of('status:changed')[again])
    await bo.ask('customer:send_message', { sessionId, content: 'For nobody yet' })
    await ben.ask('agent:join', {})
    expect(JSON.stringify(ben.of('message:received'))).not.toContain('For nobody yet')
    await ana.ask('conversation:close', { conversation_id: sessionId })
  })

  it('lets the metadata say how urgent a session is, by name or by the kind of customer', async () => {
    using ana = await agent('ana')
    await ana.ask('agent:join', {})
    for (const [metadata, priority] of [
      [{ priority: 'low' }, 'low'],
      [{ customerType: 'premium' }, 'high'],
      [{ customerType: 'constructor' }, 'normal'],
    ] as const) {
      using bo = await customer()
      const sessionId = await startChat(bo, { metadata })
      const update = await ana.next('queue:update', ({ sessions }) =>
        JSON.stringify(sessions).includes(sessionId),
      )
      const sessions = update.sessions as { sessionId: string; priority: string }[]
      expect(sessions.find((session) => session.sessionId === sessionId)?.priority).toBe(priority)
    }
  })

  it('answers a winner and tells the loser who won', async () => {
    using bo = await customer()
    const sessionId = await startChat(bo)
    using ana = await agent('ana')
    using ben = await agent('ben')
    const acks = await Promise.all([ana, ben].map((live) => live.ask('agent:pickup_session', { sessionId })))
    expect(acks.filter(({ ok }) => ok)).toHaveLength(1)
    expect(acks.find(({ ok }) => !ok)?.error).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/Ana|Ben/),
    })
  })

  it('gives admins statistics, the queue in detail and the health', async () => {
    using olga = await agent('olga')
    await olga.ask('admin:get_stats')
    expect(await olga.next('stats:update')).toMatchObject({ sessions: { total: expect.any(Number) } })
    await olga.ask('admin:debug_queue')
    expect(await olga.next('queue:debug_info')).toMatchObject({
      total: expect.any(Number),
      changes: expect.any(Number),
    })
    await olga.ask('admin:health_check')
    expect(await olga.next('health:status')).toMatchObject({ status: 'ok', services: { database: 'up' } })
  })

  const refusals: [string, () => Promise<Live>, string, unknown, string][] = [
    ['an agent who is no admin asks for statistics', () => agent('ana'), 'admin:get_stats', {}, 'forbidden'],
    [
      'a viewer takes a session',
      () => agent('vera'),
      'agent:pickup_session',
      { sessionId: 'conv_x' },
      'forbidden',
    ],
    [
      'a customer takes a session',
      () => customer(),
      'agent:pickup_session',
      { sessionId: 'conv_x' },
      'forbidden',
    ],
    [
      'a customer writes before a chat is started',
      () => customer(),
      'customer:send_message',
      { sessionId: 'x', content: 'a' },
      'invalid_request',
    ],
    ['a chat has no user', () => customer(), 'customer:start_chat', {}, 'invalid_request'],
    ['an agent starts a chat', () => agent('ana'), 'customer:start_chat', { userId: 'u' }, 'forbidden'],
    ['an event is unknown', () => customer(), 'customer:dance', {}, 'invalid_request'],
  ]
  it.each(refusals)('refuses when %s', async (_name, open, event, payload, code) => {
    using live = await open()
    expect(await live.ask(event, payload)).toMatchObject({ ok: false, error: { code } })
    live.socket.emit(event, payload)
    expect(await live.next('error')).toMatchObject({ code, message: expect.any(String) })
  })

  it('shows nothing of another app', async () => {
    using bo = await customer()
    const sessionId = await startChat(bo, { userId: 'same' })
    using thief = await customer(rival)
    expect(await thief.ask('customer:start_chat', { userId: 'same', sessionId })).toMatchObject({
      error: { code: 'not_found' },
    })
    using rita = await agent('rita')
    await rita.ask('agent:join', {})
    expect(await rita.next('queue:update')).toMatchObject({ sessions: [], total: 0 })
    expect(await rita.ask('agent:pickup_session', { sessionId })).toMatchObject({
      error: { code: 'not_found' },
    })
  })

  it('lets nobody in without a credential', async () => {
    await expect(connect(server, '/', {}, { path })).rejects.toThrow(/Say who you are/)
    await expect(connect(server, '/', { apiKey: 'pk_wrong' }, { path })).rejects.toThrow(/not valid/)
  })
})

describe('the handoff protocol where nobody is asked who they are', () => {
  it('knows customers by their user id and agents by their name, as its source does', async () => {
    await using open = await startTestServer({ environment: { REPLYHQ_ALLOW_ANONYMOUS: 'true' } })
    using bo = await connect(open, '/', {}, { path })
    using sam = await connect(open, '/', {}, { path })
    await sam.ask('agent:join', { name: 'Sam' })
    const { sessionId } = await bo.ask('customer:start_chat', { userId: 'bo', botContext: 'Be kind.' })
    await until('the session in the queue', () =>
      sam.of('queue:update').find(({ sessions }) => JSON.stringify(sessions).includes(String(sessionId))),
    )
    await sam.ask('agent:pickup_session', { sessionId })
    expect(await bo.next('status:changed', ({ status }) => status === 'agent')).toMatchObject({
      agentName: 'Sam',
    })
    await sam.ask('admin:get_stats')
    expect(await sam.next('stats:update')).toMatchObject({ sessions: { agent: 1 } })
  })

  it('lets an admin ask without having joined, and a customer write on after a cut', async () => {
    await using open = await startTestServer({ environment: { REPLYHQ_ALLOW_ANONYMOUS: 'true' } })
    using admin = await connect(open, '/', {}, { path })
    for (const [event, answer] of [
      ['admin:get_stats', 'stats:update'],
      ['admin:debug_queue', 'queue:debug_info'],
      ['admin:health_check', 'health:status'],
    ] as const) {
      admin.socket.emit(event, {})
      expect(await admin.next(answer)).toBeTruthy()
    }
    const before = await connect(open, '/', {}, { path })
    const { sessionId } = await before.ask('customer:start_chat', { userId: 'bo' })
    before.socket.disconnect()
    using bo = await connect(open, '/', {}, { path })
    expect(await bo.ask('customer:send_message', { sessionId, content: 'Back again' })).toMatchObject({
      ok: true,
    })
    expect(await bo.next('message:received')).toMatchObject({ content: 'Back again', sender: 'user' })
    using stranger = await connect(open, '/', {}, { path })
    const unknown = { sessionId: 'conv_x', content: 'a' }
    expect(await stranger.ask('customer:send_message', unknown)).toMatchObject({
      error: { code: 'not_found' },
    })
  })
})
