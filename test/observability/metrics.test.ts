import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Metrics } from '../../src/server/observability/metrics.js'
import { asBearer, asDevice, people, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { connectAgent, connectVisitor, newConversation } from '../protocols/live.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ environment: { REPLYHQ_METRICS: 'true' } })
})
afterAll(() => server[Symbol.asyncDispose]())

/** The value of a series, by its name with its labels. */
async function figure(series: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const line = text.split('\n').find((entry) => entry.startsWith(`${series} `))
  return line === undefined ? 0 : Number(line.slice(series.length + 1))
}

describe('The figures of a node', () => {
  test('count messages, answers, commits and those who are connected', async () => {
    const { id, deviceId } = await newConversation(server)
    using visitor = await connectVisitor(server, deviceId)
    using ana = await connectAgent(server, 'ana')
    await visitor.ask('message:send', { conversation_id: id, local_id: 'l1', body: 'hello' })
    await visitor.ask('message:send', { conversation_id: 'conv_unknown', local_id: 'l2', body: 'hello' })
    await ana.ask('conversation:claim', { conversation_id: id })
    expect(await figure('replyhq_messages_total{sender="contact"}')).toBe(1)
    expect(await figure('replyhq_event_seconds_count{event="message:send",refused="false"}')).toBe(1)
    expect(await figure('replyhq_event_seconds_count{event="message:send",refused="true"}')).toBe(1)
    expect(await figure('replyhq_queue_wait_seconds_count')).toBe(1)
    expect(await figure('replyhq_commit_transactions_count')).toBeGreaterThan(2)
    expect(await figure('replyhq_connections{path="/v1/socket.io",namespace="/client"}')).toBe(1)
    expect(await figure('replyhq_connections{path="/v1/socket.io",namespace="/admin"}')).toBe(1)
  })

  test('begin at nothing, so that the first failure is counted too', async () => {
    const text = await new Metrics().text()
    for (const series of [
      'replyhq_delivery_seconds_count{outcome="dead"}',
      'replyhq_bot_turn_seconds_count{outcome="unavailable"}',
      'replyhq_bot_tokens_total{direction="out"}',
      'replyhq_messages_total{sender="bot"}',
    ])
      expect(text).toContain(`\n${series} 0\n`)
  })

  test('show who waits now', async () => {
    const before = await figure('replyhq_queue_waiting{priority="normal"}')
    await newConversation(server)
    expect(await figure('replyhq_queue_waiting{priority="normal"}')).toBe(before + 1)
  })

  test('name events and routes that are there, and never what a client made up', async () => {
    const { deviceId } = await newConversation(server)
    using visitor = await connectVisitor(server, deviceId)
    await visitor.ask('made:up', {})
    await fetch(`${server.url}/v1/made/up`, { headers: asDevice(deviceId, shop) })
    const text = await (await fetch(`${server.url}/metrics`)).text()
    expect(text).toContain('event="unknown"')
    expect(text).toContain('route="POST /v1/conversations"')
    expect(text).toContain('nodejs_eventloop_lag_seconds')
    for (const secret of ['made', deviceId, shop.id, people.ana.token]) expect(text).not.toContain(secret)
  })
})

test('A request that waits for events ends when who asked has gone', async () => {
  const headers = asBearer(people.adam.token)
  const ended = () => figure('replyhq_request_seconds_count{route="GET /v1/admin/events",refused="false"}')
  await until('one is ended', async () => {
    const signal = AbortSignal.timeout(200)
    await fetch(`${server.url}/v1/admin/events?wait=30`, { headers, signal }).catch(() => undefined)
    return (await ended()) > 0
  })
})

describe('Who may see the figures', () => {
  test('is a program on this machine, but nobody whom a proxy here brings', async () => {
    expect((await fetch(`${server.url}/metrics`)).status).toBe(200)
    const forwarded = await fetch(`${server.url}/metrics`, { headers: { 'X-Forwarded-For': '127.0.0.1' } })
    expect(forwarded.status).toBe(401)
  })

  test('is who knows the token, where there is one', async () => {
    const token = 'a token that is long enough'
    const environment = { REPLYHQ_METRICS: 'true', REPLYHQ_METRICS_TOKEN: token }
    await using guarded = await startTestServer({ environment })
    const ask = (authorization?: string) =>
      fetch(`${guarded.url}/metrics`, { headers: authorization === undefined ? {} : { authorization } })
    expect((await ask()).status).toBe(401)
    expect((await ask('Bearer another token')).status).toBe(401)
    expect((await ask(`Bearer ${token}`)).status).toBe(200)
  })

  test('is nobody while they are off', async () => {
    await using usual = await startTestServer()
    expect((await fetch(`${usual.url}/metrics`)).status).toBe(404)
  })
})
