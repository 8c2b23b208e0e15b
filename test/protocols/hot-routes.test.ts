import { connect as connectSocket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asBearer, call, people, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { newConversation } from './live.js'

const origin = 'https://shop.example'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({
    environment: { ALLOWED_ORIGINS: origin, REPLYHQ_LIMITS_BODY_BYTES: '2048' },
  })
})
afterAll(() => server[Symbol.asyncDispose]())

/** The same request the short way and, because a page's origin goes with it, the long way. */
async function bothWays(as: Record<string, string>, path: string, body: string, type = 'application/json') {
  const ask = async (more: Record<string, string>) => {
    const headers = { ...as, 'Content-Type': type, 'X-Request-Id': 'the-same-one', ...more }
    const response = await fetch(server.url + path, { method: 'POST', headers, body })
    const passing = [
      'date',
      'keep-alive',
      'connection',
      'access-control-allow-origin',
      'access-control-expose-headers',
    ]
    const shown = [...response.headers].filter(([name]) => !passing.includes(name))
    return {
      status: response.status,
      headers: Object.fromEntries(shown),
      body: (await response.json()) as unknown,
    }
  }
  return { short: await ask({}), long: await ask({ Origin: origin }) }
}

test('Every answer is the same as by the usual way', async () => {
  const { id, as } = await newConversation(server)
  const ana = asBearer(people.ana.token)
  const path = `/v1/conversations/${id}/messages`
  const admin = `/v1/admin/conversations/${id}/messages`
  const message = JSON.stringify({ local_id: 'first', body: 'hello' })
  await bothWays(as, path, message)
  const cases: [Record<string, string>, string, string, number][] = [
    [as, path, message, 200],
    [ana, admin, JSON.stringify({ local_id: '', body: 'x' }), 400],
    [as, path, '{broken', 400],
    [as, path, '[]', 400],
    [as, path, '"text"', 400],
    [as, path, '{}', 400],
    [as, path, JSON.stringify({ local_id: 'long', body: 'x'.repeat(3_000) }), 413],
    [
      as,
      path,
      JSON.stringify({ local_id: 'deep', metadata: { a: JSON.parse('['.repeat(40) + ']'.repeat(40)) } }),
      400,
    ],
    [{}, path, message, 401],
    [{ ...as, 'X-Api-Key': 'pk_wrong' }, path, message, 401],
    [as, '/v1/conversations/conv_none/messages', message, 404],
    [ana, '/v1/admin/conversations/conv_none/messages', message, 404],
    [asBearer(people.vera.token), admin, message, 403],
  ]
  for (const [by, address, body, status] of cases) {
    const { short, long } = await bothWays(by, address, body)
    expect(short.status, `${address} ${body.slice(0, 100)}`).toBe(status)
    expect(short).toEqual(long)
  }
})

test('A request that is not plain goes the usual way', async () => {
  const { id, as } = await newConversation(server)
  const path = `/v1/conversations/${id}/messages`
  const text = await bothWays(as, path, '{}', 'text/plain')
  expect(text.short.status).toBe(415)
  const query = await call(server, 'POST', `${path}?x=1`, { as, body: { local_id: 'q', body: 'x' } })
  expect(query.status).toBe(201)
})

test('A request that is cut off in its body leaves nothing and hurts nobody', async () => {
  const { id, as } = await newConversation(server)
  const { hostname, port } = new URL(server.url)
  const socket = connectSocket(Number(port), hostname)
  const head = [
    `POST /v1/conversations/${id}/messages HTTP/1.1`,
    'Host: x',
    'Content-Type: application/json',
    'Content-Length: 100',
    ...Object.entries(as).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n{"local_id":"cut"`)
  await until('the request to arrive', () => socket.bytesWritten > 100)
  socket.destroy()
  const list = await call(server, 'GET', `/v1/conversations/${id}/messages`, { as })
  expect(list.body).toMatchObject({ messages: [] })
})
