import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { start } from '../../src/server/main.js'
import { makeInstallation } from '../helpers/seed.js'
import { asDevice, call, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { connectVisitor, newConversation } from './live.js'

let server: TestServer
let socketsOnly: { url: string }
beforeAll(async () => {
  server = await startTestServer({ environment: { REPLYHQ_WS_PORT: '0' } })
  socketsOnly = { url: server.socketsUrl ?? 'nowhere' }
})
afterAll(() => server[Symbol.asyncDispose]())

test.each(['websocket', 'polling'] as const)(
  'a visitor on the port of sockets and one on the other hear each other over %s',
  async (transport) => {
    const { id, deviceId } = await newConversation(server)
    using there = await connectVisitor({ ...server, ...socketsOnly }, deviceId, shop, {
      transports: [transport],
    })
    using here = await connectVisitor(server, deviceId, shop, { transports: [transport] })
    for (const live of [there, here]) await live.ask('conversation:join', { conversation_id: id })
    const ack = await there.ask('message:send', { conversation_id: id, local_id: transport, body: 'Hello' })
    expect(ack.ok).toBe(true)
    expect(await here.next('message:new')).toMatchObject({ body: 'Hello' })
    expect(await there.next('message:new')).toMatchObject({ body: 'Hello' })
  },
)

test('the port of sockets says whether the server works, and knows nothing else', async () => {
  expect(await call(socketsOnly, 'GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
  for (const [method, path] of [
    ['GET', '/ready'],
    ['GET', '/'],
    ['GET', '/docs'],
    ['POST', '/health'],
    ['POST', '/v1/conversations'],
  ] as const) {
    const answer = await call(socketsOnly, method, path, { as: asDevice('phone', shop) })
    expect(answer, path).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/)
    expect(answer.headers.get('x-powered-by')).toBeNull()
  }
})

test('a server that stops ends both ports', async () => {
  const stopping = await startTestServer({ environment: { REPLYHQ_WS_PORT: '0' } })
  const further = { url: stopping.socketsUrl ?? 'nowhere' }
  const { deviceId } = await newConversation(stopping)
  using live = await connectVisitor({ ...stopping, ...further }, deviceId)
  await stopping[Symbol.asyncDispose]()
  await until('the connection has ended', () => !live.socket.connected)
  for (const { url } of [stopping, further]) await expect(fetch(`${url}/health`)).rejects.toThrow()
})

test('a port that is taken is named with the setting that chooses another one', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const { config, secrets, loggers } = await makeInstallation({ environment: { REPLYHQ_WS_PORT: `${port}` } })
  await expect(start({ config, secrets, loggers })).rejects.toThrow(
    `127.0.0.1:${port} is taken by another program. Stop it, or choose another port with WS_PORT.`,
  )
  // Nothing stays open: the same data folder can be used at once.
  await using again = await start({ config: { ...config, wsPort: 0 }, secrets, loggers })
  expect(again.socketsUrl).not.toBeNull()
  await new Promise((resolve) => other.close(resolve))
})

test('the two ports are two', async () => {
  await expect(
    makeInstallation({ environment: { REPLYHQ_WS_PORT: '3456', REPLYHQ_PORT: '3456' } }),
  ).rejects.toThrow('WS_PORT must be another port than PORT')
})
