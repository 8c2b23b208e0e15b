import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import {
  type ClientClock,
  createAdminClient,
  type EventPage,
  type FollowOptions,
} from '../../src/client/index.js'
import { until } from '../helpers/until.js'
import { WireServer } from './helpers/wire-server.js'

/** Waits hardly at all, however long it is asked to. */
const hurried: ClientClock = {
  now: Date.now,
  after(_milliseconds, task) {
    const timer = setTimeout(task, 1)
    return () => clearTimeout(timer)
  },
  random: () => 1,
}

const event = (number: number) => ({
  id: `evt_${number}`,
  type: 'message.created' as const,
  timestamp: '2026-01-01T00:00:00.000Z',
  data: { content: String(number) },
  cursor: `c${number}`,
})

/** A server with so many events, in pages of two; it may refuse its next answers. */
async function eventServer(total: number) {
  const server = await WireServer.start()
  const state = {
    total,
    asked: [] as URLSearchParams[],
    refusals: [] as ((response: ServerResponse) => void)[],
  }
  server.rest = (request: IncomingMessage, response: ServerResponse) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams
    state.asked.push(query)
    const refusal = state.refusals.shift()
    if (refusal !== undefined) return refusal(response)
    const after = Number(query.get('after')?.slice(1) ?? 0)
    const events = Array.from({ length: Math.max(0, Math.min(2, state.total - after)) }, (_, index) =>
      event(after + index + 1),
    )
    const answer = () => send(response, 200, { events, cursor: events.at(-1)?.cursor ?? `c${after}` })
    // Nothing new: the answer waits, here until the client goes away.
    if (events.length > 0 || query.get('wait') === null) answer()
  }
  return Object.assign(server, { state })
}

const send = (response: ServerResponse, status: number, body: object) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const refuse = (status: number, code: string) => (response: ServerResponse) =>
  void send(response, status, { error: { code, message: 'A sentence that says why.' } })

const clientOf = (url: string) => createAdminClient({ url, token: 'rhq_token', clock: hurried })

/** Follows until so many events came. */
async function collect(url: string, wanted: number, options: FollowOptions = {}): Promise<string[]> {
  const stopping = new AbortController()
  const ids: string[] = []
  for await (const page of clientOf(url).events.follow({
    after: 'c0',
    ...options,
    signal: stopping.signal,
  })) {
    ids.push(...page.events.map(({ id }) => id))
    if (ids.length >= wanted) stopping.abort()
  }
  return ids
}

test('page follows page from the cursor of the one before, the first without waiting', async () => {
  await using server = await eventServer(5)
  const types = ['message.created', 'message.updated'] as const
  expect(await collect(server.url, 5, { types, limit: 7 })).toEqual([
    'evt_1',
    'evt_2',
    'evt_3',
    'evt_4',
    'evt_5',
  ])
  const { asked } = server.state
  expect(asked.map((query) => query.get('after'))).toEqual(['c0', 'c2', 'c4'])
  expect(asked.map((query) => query.get('wait'))).toEqual([null, '30', '30'])
  expect(asked[0]?.get('types')).toBe('message.created,message.updated')
  expect(asked[0]?.get('limit')).toBe('7')
})

test('a server that goes away and comes back is told once, and nothing is missed or doubled', async () => {
  await using server = await eventServer(6)
  const cut = (response: ServerResponse) => void response.destroy()
  const troubles: (string | null)[] = []
  const stopping = new AbortController()
  const seen: string[] = []
  const pages = clientOf(server.url).events.follow({
    after: 'c0',
    signal: stopping.signal,
    onTrouble: (trouble) => troubles.push(trouble === null ? null : trouble.error.message),
  })
  for await (const { events } of pages) {
    seen.push(...events.map(({ id }) => id))
    if (seen.length === 2)
      server.state.refusals.push(...Array(7).fill(cut), refuse(503, 'unavailable'), refuse(500, 'internal'))
    if (seen.length === 6) stopping.abort()
  }
  expect(seen).toEqual(['evt_1', 'evt_2', 'evt_3', 'evt_4', 'evt_5', 'evt_6'])
  expect(troubles.at(-1)).toBeNull()
  expect(troubles.filter((trouble) => trouble === null)).toHaveLength(1)
  expect(troubles.length).toBeGreaterThan(2)
})

test('the pauses grow, and one that the server names is kept', async () => {
  await using server = await eventServer(4)
  const stopping = new AbortController()
  const pauses: number[] = []
  const pages = clientOf(server.url).events.follow({
    after: 'c0',
    signal: stopping.signal,
    onTrouble: (trouble) => trouble !== null && pauses.push(trouble.retryIn),
  })
  for await (const { cursor } of pages) {
    if (cursor === 'c2')
      server.state.refusals.push(
        refuse(500, 'internal'),
        refuse(500, 'internal'),
        (response) => void response.writeHead(429, { 'retry-after': '40' }).end(),
      )
    if (cursor === 'c4') stopping.abort()
  }
  expect(pauses).toEqual([250, 500, 40_000])
})

test('a server that lets us in no longer ends it, and so does one that was never there', async () => {
  await using server = await eventServer(2)
  const pages = clientOf(server.url).events.follow({ after: 'c0' })
  expect((await pages.next()).value).toMatchObject({ cursor: 'c2' })
  server.state.refusals.push(refuse(401, 'unauthorized'))
  await expect(pages.next()).rejects.toMatchObject({ code: 'unauthorized' })
  await expect(clientOf('http://127.0.0.1:9').events.follow().next()).rejects.toMatchObject({
    code: 'unreachable',
  })
})

test('a request that waits, and a pause, end with the signal', async () => {
  await using server = await eventServer(0)
  const stopping = new AbortController()
  const pages: EventPage[] = []
  const following = (async () => {
    for await (const page of clientOf(server.url).events.follow({ signal: stopping.signal })) pages.push(page)
  })()
  await until('it waits at the server', () => server.state.asked.length === 2)
  stopping.abort()
  await following
  expect(pages).toEqual([{ events: [], cursor: 'c0' }])
})
