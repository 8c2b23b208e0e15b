import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { asHost, asUser, conversationOf, device, known, startHosted } from './host.js'

let server: TestServer
let [ann, bob] = ['', '']
let group: string
beforeAll(async () => {
  server = await startHosted({
    environment: { REPLYHQ_LIMITS_VISITOR_MESSAGES: '5', REPLYHQ_LIMITS_MESSAGE_LENGTH: '100' },
  })
  ;[ann = '', bob = ''] = await known(server, 'ann', 'bob')
  group = (await conversationOf(server, ann, 'group', [bob])).id
})
afterAll(() => server[Symbol.asyncDispose]())

const anError = {
  code: expect.stringMatching(/^[a-z_]+$/),
  message: expect.stringMatching(/\w+ \w+/),
  timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
}

describe('A client that', () => {
  test('wants no ack gets what went wrong as an error event', async () => {
    using live = await device(server, bob)
    live.socket.emit('message:send', { conversationId: group })
    expect(await live.next('error')).toEqual({ ...anError, code: 'invalid_request' })
    live.socket.emit('typing:start', { conversationId: 'conv_none' })
    expect(await live.next('error', ({ code }) => code === 'not_found')).toEqual({
      ...anError,
      code: 'not_found',
    })
  })

  test('wants an ack gets it there alone', async () => {
    using live = await device(server, bob)
    expect(await live.ask('message:edit', { messageId: 'msg_none', content: 'x' })).toEqual({
      ok: false,
      error: { ...anError, code: 'not_found' },
    })
    expect(live.of('error')).toEqual([])
  })

  test('sends what no event expects is refused, and its connection goes on', async () => {
    using live = await device(server, bob)
    const oddities: unknown[][] = [
      ['message:send'],
      ['message:send', null],
      ['message:send', {}, 'no function'],
      ['message:send', { conversationId: { $gt: '' }, content: ['x'] }, {}],
      ['reaction:add', { messageId: '__proto__', emoji: 'constructor' }],
      ['typing:start', 'text', 1, 2, 3],
      ['no:such:event', { a: 1 }],
      ['toString', {}],
      ['__proto__', {}],
      ['messages:sync', { conversationId: group, lastMessageId: Buffer.from('binary') }],
    ]
    for (const [event, ...rest] of oddities) live.socket.emit(String(event), ...rest)
    await until('all the refusals', () => live.of('error').length === oddities.length)
    for (const error of live.of('error')) expect(error).toEqual(anError)
    expect(live.of('error').map(({ code }) => code)).not.toContain('internal')
    expect(await live.ask('ping')).toMatchObject({ ok: true })
  })

  test('sends too much in one event is refused, and in one packet is cut off', async () => {
    using live = await device(server, bob)
    const long = { conversationId: group, content: 'x'.repeat(101) }
    expect(await live.ask('message:send', long)).toMatchObject({ error: { code: 'invalid_request' } })
    live.socket.emit('message:send', { conversationId: group, content: 'x'.repeat(20_000_000) })
    await until('the end of the connection', () => live.socket.disconnected)
    using again = await device(server, bob)
    expect(await again.ask('ping')).toMatchObject({ ok: true })
  })

  test('sends too fast is told how long to wait, on each connection for itself', async () => {
    using hasty = await device(server, ann)
    using other = await device(server, ann)
    const send = (live: typeof hasty) => live.ask('message:send', { conversationId: group, content: 'x' })
    for (let sent = 0; sent < 5; sent++) expect(await send(hasty)).toMatchObject({ ok: true })
    expect(await send(hasty)).toMatchObject({ error: { code: 'rate_limited' } })
    expect(await send(other)).toMatchObject({ ok: true })
  })
})

describe('A request that', () => {
  const post = (path: string, body: string, headers: Record<string, string>) =>
    fetch(server.url + path, { method: 'POST', headers, body })

  test('has no JSON, too much of it, or the wrong kind is refused in the shape of the protocol', async () => {
    const json = { 'Content-Type': 'application/json' }
    const as = asUser(ann)
    const path = `/api/conversations/${group}/messages`
    const cases: [string, Promise<Response>, number, string][] = [
      ['broken', post(path, '{"content":', { ...as, ...json }), 400, 'invalid_request'],
      [
        'huge',
        post(path, `{"content":"${'x'.repeat(3_000_000)}"}`, { ...as, ...json }),
        413,
        'payload_too_large',
      ],
      [
        'a form',
        post(path, 'content=x', { ...as, 'Content-Type': 'text/plain' }),
        415,
        'unsupported_media_type',
      ],
      ['no file', post('/api/attachments', '{}', { ...as, ...json }), 415, 'unsupported_media_type'],
      ['nobody’s', post(path, 'x'.repeat(3_000_000), json), 401, 'unauthorized'],
      ['of no host', post('/api/users/sync', 'x'.repeat(3_000_000), json), 401, 'unauthorized'],
    ]
    for (const [what, asked, status, code] of cases) {
      const answer = await asked
      expect(answer.status, what).toBe(status)
      expect(await answer.json(), what).toMatchObject({ ...anError, code })
    }
  })

  test('names a user whom no path could name is refused', async () => {
    for (const name of ['%00', '%ff', encodeURIComponent('x'.repeat(300)), '%e2%80%8e'])
      expect([400, 404]).toContain((await call(server, 'GET', `/api/users/${name}`, { as: asHost })).status)
  })
})
