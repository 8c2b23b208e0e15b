import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { type AdminSession, connectAdmin, createAdminClient } from '../../src/client/index.js'
import { until } from '../helpers/until.js'
import { WireServer } from './helpers/wire-server.js'

/** A server whose access tokens are `access-1`, `access-2` …; only the newest is good, and so is its refresh token. */
class Logins {
  current = 1
  refreshes = 0
  refuseRefresh = false

  answer = (request: IncomingMessage, response: ServerResponse): void => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => this.#answer(request, response, body))
  }

  #answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    if (request.url === '/v1/auth/refresh') this.#refresh(response, JSON.parse(body))
    else if (request.headers.authorization !== `Bearer access-${this.current}`)
      send(response, 401, { error: { code: 'unauthorized', message: 'This token has ended.' } })
    else if (request.url === '/v1/auth/me') send(response, 200, { agent: { id: 'agt_1' }, apps: [] })
    else send(response, 204)
  }

  #refresh(response: ServerResponse, { refresh_token }: { refresh_token: string }): void {
    this.refreshes += 1
    if (this.refuseRefresh || refresh_token !== `refresh-${this.current}`) {
      send(response, 401, { error: { code: 'unauthorized', message: 'Log in again.' } })
      return
    }
    this.current += 1
    send(response, 200, {
      access_token: `access-${this.current}`,
      refresh_token: `refresh-${this.current}`,
      expires_in: 900,
    })
  }
}

function send(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body))
}

const session = (number: number, expiresAt = Date.now() + 900_000): AdminSession => ({
  accessToken: `access-${number}`,
  refreshToken: `refresh-${number}`,
  expiresAt,
})

async function loginServer() {
  const server = await WireServer.start()
  const logins = new Logins()
  server.rest = logins.answer
  return Object.assign(server, { logins })
}

describe('A login', () => {
  test('is renewed before it ends, once for many calls, and what is stored follows', async () => {
    await using server = await loginServer()
    const stored: (AdminSession | null)[] = []
    const client = createAdminClient({
      url: server.url,
      session: session(1, Date.now() + 1_000),
      onSession: (renewed) => stored.push(renewed),
    })
    await Promise.all([client.auth.me(), client.auth.me(), client.withApp('app_1').auth.me()])
    expect(server.logins.refreshes).toBe(1)
    expect(stored).toMatchObject([{ accessToken: 'access-2', refreshToken: 'refresh-2' }])
  })

  test('is renewed when the server ended its token before time', async () => {
    await using server = await loginServer()
    const client = createAdminClient({ url: server.url, session: { ...session(1), accessToken: 'revoked' } })
    expect(await client.auth.me()).toMatchObject({ agent: { id: 'agt_1' } })
    expect(server.logins.refreshes).toBe(1)
  })

  test('takes over what another process renewed', async () => {
    await using server = await loginServer()
    server.logins.current = 2
    const readSession = () => session(2)
    const client = createAdminClient({ url: server.url, session: session(1, Date.now()), readSession })
    expect(await client.auth.me()).toMatchObject({ agent: { id: 'agt_1' } })
    expect(server.logins.refreshes).toBe(0)
  })

  test('ends when its renewal is refused', async () => {
    await using server = await loginServer()
    server.logins.refuseRefresh = true
    const stored: (AdminSession | null)[] = []
    const onSession = (ended: AdminSession | null) => stored.push(ended)
    const client = createAdminClient({ url: server.url, session: session(1, Date.now()), onSession })
    await expect(client.auth.me()).rejects.toMatchObject({ code: 'unauthorized', message: 'Log in again.' })
    expect(stored).toEqual([null])
  })

  test('is renewed for a live connection that was refused, and shown again', async () => {
    await using server = await loginServer()
    server.admit = ({ token }) => (token === 'access-2' ? null : { code: 'unauthorized', message: 'Ended.' })
    const live = connectAdmin(createAdminClient({ url: server.url, session: session(1) }))
    await until('it is connected', () => live.state.phase === 'connected')
    expect(server.handshakes.map(({ token }) => token)).toEqual(['access-1', 'access-2'])
    live.close()
  })
})

describe('A request', () => {
  test('says that nobody answers where nobody listens', async () => {
    const server = await WireServer.start()
    await server.stop()
    const client = createAdminClient({ url: server.url, token: 'rhq_1' })
    await expect(client.stats()).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('gives the whole refusal of the server', async () => {
    await using server = await WireServer.start()
    const error = {
      code: 'rate_limited',
      message: 'Slower.',
      details: [{ path: 'name', message: 'too long' }],
      request_id: 'req_1',
    }
    server.rest = (_, response) =>
      response.writeHead(429, { 'retry-after': '7' }).end(JSON.stringify({ error }))
    const client = createAdminClient({ url: server.url, token: 'rhq_1' })
    const refusal = await client.stats().catch((cause: unknown) => cause)
    expect(refusal).toMatchObject({
      code: 'rate_limited',
      message: 'Slower.',
      details: error.details,
      requestId: 'req_1',
      retryAfterSeconds: 7,
    })
  })

  test('understands a proxy that answers for the server', async () => {
    await using server = await WireServer.start()
    server.rest = (_, response) => response.writeHead(502).end('<h1>Bad Gateway</h1>')
    const client = createAdminClient({ url: server.url, token: 'rhq_1' })
    await expect(client.stats()).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('is not even tried at an address that is none', () => {
    const refused = expect.objectContaining({ code: 'invalid_request' })
    expect(() => createAdminClient({ url: 'chat.example', token: 'rhq_1' })).toThrow(refused)
    expect(() => createAdminClient({ url: 'ftp://chat.example', token: 'rhq_1' })).toThrow(refused)
  })

  test('makes ids harmless in its path', async () => {
    await using server = await WireServer.start()
    const paths: (string | undefined)[] = []
    server.rest = (request, response) => {
      paths.push(request.url)
      response.writeHead(200).end('{"conversation":{}}')
    }
    const client = createAdminClient({ url: server.url, token: 'rhq_1' })
    await client.conversations.removeTag('conv/../1', 'a b?c')
    expect(paths).toEqual(['/v1/admin/conversations/conv%2F..%2F1/tags/a%20b%3Fc'])
  })
})
