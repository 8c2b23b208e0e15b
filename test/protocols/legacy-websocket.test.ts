import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { people, rival, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { connectAgent, newConversation } from './live.js'

interface Frame {
  type: string
  payload: Record<string, unknown>
  id?: string
}

/** A client as they were before Socket.IO: frames of JSON over a bare WebSocket. */
class OldClient {
  readonly frames: Frame[] = []
  closedWith: number | null = null

  constructor(
    url: string,
    readonly socket = new WebSocket(url.replace('http', 'ws')),
  ) {
    socket.on('message', (data) => this.frames.push(JSON.parse(String(data))))
    socket.on('close', (code) => {
      this.closedWith = code
    })
    socket.on('error', () => {})
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  opened(): Promise<unknown> {
    return until('it is open', () => this.socket.readyState === this.socket.OPEN)
  }

  next(type: string, fits: (frame: Frame) => boolean = () => true): Promise<Frame> {
    return until(`a frame ${type}`, () => this.frames.find((frame) => frame.type === type && fits(frame)))
  }

  closed(): Promise<number> {
    return until('it is closed', () => this.closedWith ?? undefined)
  }

  [Symbol.dispose](): void {
    this.socket.terminate()
  }
}

const visitorQuery = (deviceId: string) =>
  new URLSearchParams({ app_id: shop.id, device_id: deviceId, api_key: shop.publishableKey })

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ environment: { REPLYHQ_LEGACY_WS: 'true' } })
})
afterAll(() => server[Symbol.asyncDispose]())

describe('The raw WebSocket of older clients', () => {
  test('serves a visitor by credentials in the address, and an agent by a first frame', async () => {
    const { id, deviceId } = await newConversation(server)
    using visitor = new OldClient(`${server.url}/v1/realtime?${visitorQuery(deviceId)}`)
    expect((await visitor.next('connected')).payload).toMatchObject({ device_id: deviceId })
    visitor.send({ type: 'conversation:join', payload: { conversation_id: id }, id: 'a' })
    expect((await visitor.next('ack')).payload).toMatchObject({ ok: true, messages: [] })

    using agent = new OldClient(`${server.url}/admin/realtime`)
    await agent.opened()
    agent.send({ type: 'auth', payload: { token: people.ana.token, app_id: shop.id } })
    await agent.next('connected')
    agent.send({ type: 'conversation:join', payload: { conversation_id: id }, id: 'j' })
    await agent.next('ack', ({ id: answered }) => answered === 'j')

    const message = { conversation_id: id, local_id: 'old-1', body: 'from an old client' }
    visitor.send({ type: 'message:send', payload: message, id: 'b' })
    const sent = await visitor.next('ack', ({ id: answered }) => answered === 'b')
    expect(sent.payload).toMatchObject({ ok: true, message: { body: 'from an old client', sequence: 1 } })
    expect((await agent.next('message:new')).payload).toMatchObject({ body: 'from an old client' })
    agent.send({ type: 'ping' })
    await agent.next('pong')
  })

  test('meets clients of Socket.IO', async () => {
    const { id, deviceId } = await newConversation(server)
    using ana = await connectAgent(server, 'ana')
    await ana.ask('app:subscribe', { app_id: shop.id })
    using visitor = new OldClient(`${server.url}/v1/realtime?${visitorQuery(deviceId)}`)
    visitor.socket.once('open', () => {
      // At once, before the greeting: it must wait and arrive in its order.
      visitor.send({ type: 'message:send', payload: { conversation_id: id, local_id: '1', body: 'one' } })
      visitor.send({ type: 'message:send', payload: { conversation_id: id, local_id: '2', body: 'two' } })
    })
    await ana.next('message:new', ({ body }) => body === 'two')
    expect(ana.of('message:new').map(({ body }) => body)).toEqual(['one', 'two'])
  })

  test.each([
    ['an unknown key', { app_id: shop.id, device_id: 'd', api_key: 'pk_unknown' }, 'unauthorized'],
    [
      'the key of another app',
      { app_id: shop.id, device_id: 'd', api_key: rival.publishableKey },
      'unauthorized',
    ],
    ['a secret key of a visitor', { app_id: shop.id, device_id: 'd', api_key: shop.secretKey }, 'forbidden'],
    ['nothing it knows', { nonsense: '1' }, 'invalid_request'],
  ])('turns away %s', async (_title, credentials, code) => {
    using client = new OldClient(`${server.url}/v1/realtime?${new URLSearchParams(credentials)}`)
    expect((await client.next('error')).payload).toMatchObject({ code })
    expect(await client.closed()).toBe(1008)
  })

  test('turns away who never says who they are', async () => {
    const environment = { REPLYHQ_LEGACY_WS: 'true', REPLYHQ_SOCKETS_CONNECT_TIMEOUT: '300ms' }
    await using hasty = await startTestServer({ environment })
    using client = new OldClient(`${hasty.url}/v1/realtime`)
    expect((await client.next('error')).payload).toMatchObject({ code: 'unauthorized' })
    expect(await client.closed()).toBe(1008)
  })

  test.each([
    ['no JSON', '{'],
    ['no object', '7'],
    ['no type', { payload: {} }],
    ['a name that Socket.IO keeps', { type: 'connect_error', payload: {} }],
    ['an event before the credentials', { type: 'ping' }],
  ])('answers %s with an error, and goes on', async (_title, frame) => {
    using client = new OldClient(`${server.url}/admin/realtime`)
    await client.opened()
    client.send(frame)
    await client.next('error')
    client.send({ type: 'auth', payload: { token: people.ana.token, app_id: shop.id } })
    await client.next('connected')
  })

  test('is closed to pages of other origins', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/realtime`, {
      origin: 'https://evil.example',
    })
    using client = new OldClient(server.url, socket)
    expect(await client.closed()).toBe(1006)
    expect(client.frames).toEqual([])
  })
})

test('A request for what is no address ends its connection, and nothing else', async () => {
  const { hostname, port, host } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.write(`GET //[ HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
  await until('it is cut', () => socket.destroyed)
  expect((await fetch(`${server.url}/ready`)).status).toBe(200)
})

describe('Without the setting', () => {
  test('nobody is let in', async () => {
    await using usual = await startTestServer()
    using client = new OldClient(`${usual.url}/v1/realtime?${visitorQuery('d')}`)
    expect(await client.closed()).toBe(1006)
  })
})
