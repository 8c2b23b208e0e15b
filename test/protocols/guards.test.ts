import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { DomainEvent, MessageEvent } from '../../src/server/core/events.js'
import { handMovedClock } from '../helpers/clock.js'
import { asBearer, call, people, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { type Ack, connect, connectAgent, connectVisitor, newConversation, newDevice } from './live.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ environment: { ALLOWED_ORIGINS: 'https://shop.example' } })
})
afterAll(() => server[Symbol.asyncDispose]())

/** A bare WebSocket that speaks Engine.IO and Socket.IO by hand: it may say what no library would. */
async function bare(namespace: string, auth: object, headers: Record<string, string> = {}) {
  const url = `${server.url.replace('http', 'ws')}/v1/socket.io/?EIO=4&transport=websocket`
  const socket = new WebSocket(url, { headers })
  const frames: string[] = []
  socket.on('message', (data) => frames.push(String(data)))
  socket.on('error', () => {})
  const next = (start: string) =>
    until(`a frame ${start}`, () => frames.find((frame) => frame.startsWith(start)))
  await next('0')
  socket.send(`40${namespace},${JSON.stringify(auth)}`)
  await next(`40${namespace}`)
  return { socket, frames, next }
}

const visitorAuth = () => ({ app_id: shop.id, device_id: newDevice(), api_key: shop.publishableKey })
const alive = async () => expect((await call(server, 'GET', '/health')).status).toBe(200)

describe('A handler of events survives', () => {
  test('a missing ack: the refusal comes as an event', async () => {
    using visitor = await connectVisitor(server, newDevice())
    visitor.socket.emit('message:send', { conversation_id: 'conv_none', local_id: '1', body: 'x' })
    expect(await visitor.next('error')).toMatchObject({ code: 'not_found', event: 'message:send' })
    visitor.socket.emit('message:send', { conversation_id: 7 })
    expect(await visitor.next('error', ({ code }) => code === 'invalid_request')).toMatchObject({
      event: 'message:send',
    })
    await alive()
  })

  test('an unknown event: it is refused, not ignored', async () => {
    using visitor = await connectVisitor(server, newDevice())
    expect((await visitor.ask('conversation:explode', {})).error).toMatchObject({ code: 'invalid_request' })
    expect((await visitor.ask('conversation:claim', { conversation_id: 'x' })).error?.code).toBe(
      'invalid_request',
    )
    for (const name of ['__proto__', 'constructor', 'toString'])
      expect((await visitor.ask(name, {})).ok, name).toBe(false)
    await alive()
  })

  test('arguments of every kind, with and without an ack', async () => {
    const { socket, frames } = await bare('/client', visitorAuth())
    const payloads = [
      '',
      ',null',
      ',7',
      ',"x"',
      ',[]',
      ',[[[[]]]]',
      ',{"conversation_id":null},"cb"',
      ',true,false',
    ]
    for (const payload of payloads) {
      socket.send(`42/client,["message:send"${payload}]`)
      socket.send(`42/client,1["message:send"${payload}]`)
    }
    await until(
      'the answers',
      () => frames.filter((frame) => frame.startsWith('43/client,1')).length === payloads.length,
    )
    const acks = frames
      .filter((frame) => frame.startsWith('43'))
      .map((frame) => JSON.parse(frame.slice(11))[0] as Ack)
    expect(new Set(acks.map((ack) => ack.error?.code))).toEqual(new Set(['invalid_request']))
    socket.close()
    await alive()
  })

  const broken = [
    '42/client,[',
    '42/client,{"a":1}',
    '42/client,[]',
    '42/client,[null]',
    '42/client,["disconnect"]',
    '42/client,["connect_error",1]',
    '43/client,5[]',
    '451-/client,["message:send",{"_placeholder":true,"num":0}]',
    '4',
    '4999',
    'zzz',
    '42/nowhere,["x"]',
    '40/nowhere,',
    '41/client,',
    '\u0000',
  ]
  for (const frame of broken) {
    test(`the frame ${JSON.stringify(frame)}`, async () => {
      const { socket } = await bare('/client', visitorAuth())
      socket.send(frame)
      await alive()
      socket.terminate()
    })
  }

  test('binary where JSON is expected', async () => {
    using visitor = await connectVisitor(server, newDevice())
    const ack = await visitor.ask('message:send', {
      conversation_id: Buffer.alloc(10),
      local_id: '1',
      body: 'x',
    })
    expect(ack.error?.code).toBe('invalid_request')
    expect((await visitor.ask('message:send', Buffer.alloc(1_000))).error?.code).toBe('invalid_request')
    await alive()
  })

  test('JSON that is nested past reason', async () => {
    const { socket, next } = await bare('/client', visitorAuth())
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    socket.send(`42/client,2["message:send",{"conversation_id":"x","local_id":"1","metadata":{"a":${deep}}}]`)
    expect(await next('43/client,2')).toContain('invalid_request')
    socket.close()
    await alive()
  })
})

describe('Who may connect', () => {
  test('nobody at the namespace /', async () => {
    await expect(connect(server, '/', {})).rejects.toThrow('Connect to /client or /admin')
  })

  test('pages of allowed origins and of this server, and programs without one', async () => {
    const withOrigin = (origin: string) =>
      connectVisitor(server, newDevice(), shop, { extraHeaders: { origin } })
    for (const origin of ['https://shop.example', server.url]) {
      using live = await withOrigin(origin)
      expect(live.socket.connected).toBe(true)
    }
    for (const origin of ['https://evil.example', 'null', 'https://shop.example.evil.example'])
      await expect(withOrigin(origin), origin).rejects.toThrow()
  })

  test('only who joins a namespace in time', async () => {
    await using hasty = await startTestServer({ environment: { REPLYHQ_SOCKETS_CONNECT_TIMEOUT: '200ms' } })
    const socket = new WebSocket(`${hasty.url.replace('http', 'ws')}/v1/socket.io/?EIO=4&transport=websocket`)
    await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  })
})

describe('A connection ends', () => {
  test('when its access token ends', async () => {
    const clock = handMovedClock()
    await using timed = await startTestServer({ overrides: { clock } })
    const body = { email: people.ana.email, password: people.ana.password }
    const login = await call(timed, 'POST', '/v1/auth/login', { body })
    const { access_token: token } = login.body as { access_token: string }
    using live = await connect(timed, '/admin', { token })
    clock.advance(14 * 60_000)
    expect((await live.ask('ping')).ok).toBe(true)
    clock.advance(2 * 60_000)
    await until('the end', () => live.socket.disconnected)
    expect(live.of('error')).toMatchObject([{ code: 'unauthorized' }])
    await expect(connect(timed, '/admin', { token })).rejects.toMatchObject({
      data: { error: { code: 'unauthorized' } },
    })
  })

  test('when its key is revoked, and nobody else’s does', async () => {
    const as = asBearer(people.olga.token)
    const made = await call(server, 'POST', '/v1/admin/keys', { as, body: { kind: 'publishable' } })
    const { key, secret } = made.body as { key: { id: string }; secret: string }
    using live = await connect(server, '/client', { ...visitorAuth(), api_key: secret })
    using other = await connectVisitor(server, newDevice())
    await call(server, 'DELETE', `/v1/admin/keys/${key.id}`, { as })
    await until('the end', () => live.socket.disconnected)
    expect(other.socket.connected).toBe(true)
  })

  test('when its agent gets another role, so that it comes again with the new one', async () => {
    const as = asBearer(people.olga.token)
    using ben = await connectAgent(server, 'ben', { reconnection: true, reconnectionDelay: 10 })
    const { agent } = (await ben.next('connected')) as { agent: { id: string } }
    const { id } = await newConversation(server)
    expect((await ben.ask('conversation:claim', { conversation_id: id })).ok).toBe(true)
    await call(server, 'PATCH', `/v1/admin/memberships/${agent.id}`, { as, body: { role: 'viewer' } })
    await until('a second greeting', () => ben.of('connected').length === 2)
    expect((await ben.ask('conversation:release', { conversation_id: id })).error?.code).toBe('forbidden')
    await call(server, 'PATCH', `/v1/admin/memberships/${agent.id}`, { as, body: { role: 'agent' } })
  })

  test('when it does not read what it is sent', async () => {
    const environment = { REPLYHQ_SOCKETS_MAXIMUM_WAITING: '64KiB' }
    await using small = await startTestServer({ environment })
    const { id, deviceId } = await newConversation(small)
    using stuck = await connectVisitor(small, deviceId)
    await stuck.ask('conversation:join', { conversation_id: id })
    const { _socket: raw } = (
      stuck.socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } }
    ).ws
    raw.pause()
    using agent = await connectAgent(small, 'ana')
    const { bus } = small.instance.context
    const events: DomainEvent[] = []
    bus.subscribe((event) => events.push(event))
    await agent.ask('message:send', { conversation_id: id, local_id: '1', body: 'x' })
    const sent = events.find((event): event is MessageEvent => event.type === 'message.created')
    if (sent === undefined) throw new Error('The message was not announced.')
    const large = { ...sent, message: { ...sent.message, body: 'x'.repeat(1_000_000) } }
    await until('the cut', async () => {
      bus.publish(large)
      return ((await agent.ask('sessions:list')).sessions as unknown[]).length === 0
    })
  })
})

describe('Pace', () => {
  test('of a visitor’s messages is limited for each connection, and recovers', async () => {
    const clock = handMovedClock()
    const environment = { REPLYHQ_LIMITS_VISITOR_MESSAGES: '3' }
    await using paced = await startTestServer({ overrides: { clock }, environment })
    const { id, deviceId } = await newConversation(paced)
    using visitor = await connectVisitor(paced, deviceId)
    const send = (n: number) =>
      visitor.ask('message:send', { conversation_id: id, local_id: `${n}`, body: 'x' })
    const acks = [await send(1), await send(2), await send(3), await send(4)]
    expect(acks.map((ack) => ack.error?.code)).toEqual([undefined, undefined, undefined, 'rate_limited'])
    clock.advance(10_000)
    expect((await send(5)).ok).toBe(true)
  })

  test('of events that are not answered yet is limited, and all are answered', async () => {
    // Receipts wait for each other for so long: none is answered while more come.
    const environment = { REPLYHQ_SOCKETS_RECEIPTS_WINDOW: '1s' }
    await using waiting = await startTestServer({ environment })
    const { id, deviceId } = await newConversation(waiting)
    using visitor = await connectVisitor(waiting, deviceId)
    const read = () => visitor.ask('message:read', { conversation_id: id, up_to_sequence: 1 })
    const acks = await Promise.all(Array.from({ length: 1_500 }, read))
    const refused = acks.filter((ack) => !ack.ok)
    expect(refused.length).toBeGreaterThan(0)
    expect(new Set(refused.map((ack) => ack.error?.code))).toEqual(new Set(['rate_limited']))
    expect((await read()).ok).toBe(true)
  })

  test('of a device’s requests is limited, with the time to wait', async () => {
    await using paced = await startTestServer({ environment: { REPLYHQ_LIMITS_DEVICE_REQUESTS: '2' } })
    const { as } = await newConversation(paced)
    const second = await call(paced, 'GET', '/v1/conversations', { as })
    const third = await call(paced, 'GET', '/v1/conversations', { as })
    expect([second.status, third.status]).toEqual([200, 429])
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await newConversation(paced)).id).toMatch(/^conv_/)
  })

  test('of failed logins slows the address, and locks the account', async () => {
    const environment = { REPLYHQ_LIMITS_FAILED_LOGINS: '2' }
    await using paced = await startTestServer({ environment })
    const login = (email: string, password: string) =>
      call(paced, 'POST', '/v1/auth/login', { body: { email, password } })
    await login(people.ana.email, 'wrong')
    await login(people.ana.email, 'wrong')
    const locked = await login(people.ana.email, people.ana.password)
    expect(locked.status).toBe(429)
    expect(locked.headers.get('retry-after')).not.toBeNull()
    for (let count = 0; count < 10; count++) await login(`nobody${count}@shop.example`, 'wrong')
    expect((await login('somebody@shop.example', 'wrong')).status).toBe(429)
  })
})

describe('Over HTTP', () => {
  test('every answer carries an id, a given one comes back, a bad one does not', async () => {
    const ids = async (given?: string) => {
      const response = await fetch(`${server.url}/v1/nothing`, {
        headers: given ? { 'X-Request-Id': given } : {},
      })
      const { error } = (await response.json()) as { error: { request_id: string; code: string } }
      expect(error.code).toBe('not_found')
      expect(response.headers.get('x-request-id')).toBe(error.request_id)
      return error.request_id
    }
    expect(await ids('my-own-id-1')).toBe('my-own-id-1')
    expect(await ids('<script>')).not.toBe('<script>')
    expect(await ids()).toMatch(/^[\w-]{36}$/)
  })

  test('a stranger learns nothing from how a body is refused', async () => {
    const response = await fetch(`${server.url}/v1/conversations`, { method: 'POST', body: '{broken' })
    expect(response.status).toBe(401)
  })

  const bodies: [string, string, string, number][] = [
    ['broken JSON', 'application/json', '{broken', 400],
    ['a JSON string', 'application/json', '"x"', 400],
    ['a JSON list', 'application/json', '[]', 400],
    ['another type', 'text/plain', '{}', 415],
    ['a form', 'application/x-www-form-urlencoded', 'a=1', 415],
    ['another character set', 'application/json; charset=iso-8859-1', '{}', 415],
    ['an unknown encoding of characters', 'application/json; charset=nonsense', '{}', 415],
  ]
  for (const [what, type, body, status] of bodies) {
    test(`${what} as a body is ${status}`, async () => {
      const { as } = await newConversation(server)
      const headers = { ...as, 'Content-Type': type }
      const response = await fetch(`${server.url}/v1/conversations`, { method: 'POST', headers, body })
      expect(response.status).toBe(status)
    })
  }

  test('a malformed address is refused, not a fault', async () => {
    const { as } = await newConversation(server)
    for (const path of [
      '/v1/conversations/%ff',
      '/v1/conversations/%00',
      '/v1/conversations?cursor=%ff',
      '/v1/%zz',
    ]) {
      const { status } = await call(server, 'GET', path, { as })
      expect(status, path).toBeGreaterThanOrEqual(400)
      expect(status, path).toBeLessThan(500)
    }
  })

  test('pages of allowed origins may call, others may not', async () => {
    const preflight = async (origin: string) => {
      const response = await fetch(`${server.url}/v1/conversations`, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      })
      return response.headers.get('access-control-allow-origin')
    }
    expect(await preflight('https://shop.example')).toBe('https://shop.example')
    expect(await preflight('https://evil.example')).toBeNull()
  })

  test('health, readiness and what this is can be asked', async () => {
    const health = await call(server, 'GET', '/health')
    expect(health.body).toMatchObject({
      status: 'ok',
      services: { database: 'up' },
      timestamp: expect.any(String),
    })
    expect((await call(server, 'GET', '/ready')).status).toBe(200)
    const info = await call(server, 'GET', '/api/info')
    expect(info.body).toMatchObject({
      name: 'ReplyHQ',
      version: expect.any(String),
      protocols: expect.arrayContaining(['v1']),
    })
  })

  test('a forwarded address is not believed without a configured proxy', async () => {
    await using paced = await startTestServer({ environment: { REPLYHQ_LIMITS_FAILED_LOGINS: '1' } })
    const statuses: number[] = []
    for (let count = 0; count < 8; count++) {
      const as = { 'X-Forwarded-For': `10.0.0.${count}` }
      const body = { email: `n${count}@shop.example`, password: 'wrong' }
      statuses.push((await call(paced, 'POST', '/v1/auth/login', { as, body })).status)
    }
    expect(statuses.at(-1)).toBe(429)
  })

  test('a request that never ends its head is ended', async () => {
    const open = request(`${server.url}/health`, { headers: { 'Content-Length': '10' }, method: 'POST' })
    open.on('error', () => {})
    open.write('x')
    await alive()
    open.destroy()
  })
})

test('a connection that rests is kept longer than a proxy keeps its own', async () => {
  const { headers } = await call(server, 'GET', '/health')
  expect(headers.get('keep-alive')).toBe('timeout=75')
})
