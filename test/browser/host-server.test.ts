import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asBearer, call } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { HostRun, type LoggedEvent } from './host-run.js'

const ana = { id: 'ana', name: 'Ana Lima' }
const ben = { id: 'ben', name: 'Ben Okafor' }

describe('The server of the example host', () => {
  let host: HostRun

  beforeAll(async () => {
    host = await HostRun.start([ana, ben])
  })
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]()
  })

  async function direct() {
    const session = await host.signIn(ana.id)
    return { session, id: await session.begin({ type: 'direct', participantIds: [ben.id] }) }
  }

  /** What came about a conversation, in the order in which it happened. */
  async function told(content: readonly string[]): Promise<LoggedEvent[]> {
    const log = await host.log()
    return log.reverse().filter(({ data }) => content.includes(String(data.content)))
  }

  test('gives tokens and passes calls on only for whoever is signed in', async () => {
    const nobody = await Promise.all(
      ['/chat-token', '/api/conversations'].map((path) => fetch(host.url + path)),
    )
    expect(nobody.map(({ status }) => status)).toEqual([401, 401])
    const forged = await fetch(`${host.url}/chat-token`, {
      headers: { Cookie: `session=${unsigned({ sub: ana.id })}` },
    })
    expect(forged.status).toBe(401)
    const session = await host.signIn(ana.id)
    const answer = await session.call<{ token: string }>('GET', `/chat-token?userId=${ben.id}&sub=${ben.id}`)
    const { token } = answer.body
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({ sub: ana.id })
    const asSession = await fetch(`${host.url}/chat-token`, { headers: { Cookie: `session=${token}` } })
    expect(asSession.status).toBe(401)
  })

  test('passes status and body through, refusals too', async () => {
    const session = await host.signIn(ana.id)
    const missing = await session.call('GET', '/api/conversations/conv_of_nobody')
    const refusal = { code: 'not_found', message: expect.any(String), timestamp: expect.any(String) }
    expect(missing).toEqual({ status: 404, body: refusal })
    const wrong = await session.call('POST', '/api/conversations', { type: 'party' })
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  test.each([
    ['POST', '/api/users/sync'],
    ['DELETE', '/api/users/ben'],
    ['GET', '/api/conversations/%2e%2e'],
    ['DELETE', '/api/messages/%2e%2e/reactions/%2e%2e'],
    ['DELETE', '/api/conversations/..%2fusers%2fben'],
    ['GET', '/api/openapi.json'],
  ])('does not pass on %s %s', async (method, path) => {
    const { cookie } = await host.signIn(ana.id)
    expect(await rawStatus(method, path, cookie)).toBe(404)
  })

  test('calls no other server for a request line that names one', async () => {
    const { cookie } = await host.signIn(ana.id)
    expect(await rawStatus('GET', 'http://127.0.0.1:9/api/conversations', cookie)).toBe(404)
  })

  test('verifies what arrives, and shows its log to this machine alone', async () => {
    const { session, id } = await direct()
    await session.write(id, 'For the log')
    const [event] = await until('the message was told', async () => {
      const events = await told(['For the log'])
      return events.length > 0 && events
    })
    expect(event).toMatchObject({ type: 'message.created', id: expect.stringMatching(/^evt_/) })
    const forged = await fetch(`${host.url}/webhooks`, {
      method: 'POST',
      headers: {
        'webhook-id': 'evt_forged',
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': `v1,${Buffer.from('nothing').toString('base64')}`,
      },
      body: JSON.stringify({ id: 'evt_forged', type: 'message.created', data: {} }),
    })
    expect(forged.status).toBe(400)
    expect((await host.log()).map(({ id }) => id)).not.toContain('evt_forged')
    const proxied = await fetch(`${host.url}/webhooks/log`, { headers: { 'X-Forwarded-For': '10.0.0.1' } })
    expect(proxied.status).toBe(404)
  })

  test('hears of everything that happened while it was stopped, in its order', async () => {
    const { session, id } = await direct()
    const { token } = (await session.call<{ token: string }>('GET', '/chat-token')).body
    const contents = ['One', 'Two', 'Three', 'Four', 'Five']
    await host.stop()
    for (const content of contents) {
      const posted = await call(host.chat, 'POST', `/api/conversations/${id}/messages`, {
        as: asBearer(token),
        body: { content },
      })
      expect(posted.status).toBe(201)
    }
    await host.resume()
    const events = await until(
      'everything was told',
      async () => {
        const found = await told(contents)
        return found.length >= contents.length && found
      },
      { deadline: 20_000, every: 50 },
    )
    expect(events.map(({ data }) => data.content)).toEqual(contents)
  })

  /** The status of a request whose path is sent exactly as written. */
  async function rawStatus(method: string, path: string, cookie: string): Promise<number | undefined> {
    const { hostname, port } = new URL(host.url)
    return new Promise((resolve, reject) => {
      const asked = request({ hostname, port, method, path, headers: { Cookie: cookie } }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      asked.on('error', reject)
      asked.end()
    })
  }
})

const unsigned = (claims: object) =>
  [
    { alg: 'none', typ: 'JWT' },
    { ...claims, exp: Math.floor(Date.now() / 1000) + 600 },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat('')
    .join('.')
