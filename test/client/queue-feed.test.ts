import { describe, expect, test } from 'vitest'
import { type AdminLive, connectAdmin, createAdminClient, type QueueEntry } from '../../src/client/index.js'
import { until } from '../helpers/until.js'
import { WireServer } from './helpers/wire-server.js'

type Waiting = Pick<QueueEntry, 'conversation_id' | 'priority' | 'requested_at' | 'reason'>

const waiting = (name: string, minute: number, priority: Waiting['priority'] = 'normal'): Waiting => ({
  conversation_id: `conv_${name}`,
  priority,
  reason: null,
  requested_at: `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`,
})

/** A server with a queue, whose snapshots and changes the test decides. */
async function queueServer(...queue: Waiting[]) {
  const server = Object.assign(await WireServer.start(), { queue, change: 10, size: queue.length })
  server.answers['app:subscribe'] = () => ({ ok: true, app_id: 'app_1' })
  server.answers['queue:list'] = () => ({
    ok: true,
    queue: server.queue.map((entry) => ({ ...entry, user: null })),
    next_cursor: null,
    size: server.size,
    change: server.change,
  })
  return server
}

async function agentOn(server: WireServer): Promise<AdminLive & Disposable> {
  const client = createAdminClient({ url: server.url, token: 'rhq_1', appId: 'app_1' })
  const live = connectAdmin(client, { backoff: { first: 10, longest: 40 } })
  live.onState((state) => {
    if (state.phase === 'connected' && state.roundTripMs === null) greet(server)
  })
  return Object.assign(live, { [Symbol.dispose]: () => live.close() })
}

const greet = (server: WireServer) =>
  server.say('connected', { agent: null, app_id: 'app_1', server_time: '2026-01-01T00:00:00.000Z' })

const names = (live: AdminLive) =>
  live.queue().items.map(({ conversation_id: id }) => id.replace('conv_', ''))

describe('A queue feed', () => {
  test('is the snapshot with each numbered change, in the order of service', async () => {
    await using server = await queueServer(waiting('a', 1), waiting('c', 3))
    using live = await agentOn(server)
    await live.queue().ready
    const added = { visitor_name: null }
    server.say('queue:changed', { added: [{ ...waiting('b', 2), ...added }], size: 3, change: 11 })
    server.say('queue:changed', { added: [{ ...waiting('vip', 9, 'high'), ...added }], size: 4, change: 12 })
    server.say('queue:changed', { removed: ['conv_a'], size: 3, change: 13 })
    await until('all came', () => live.queue().size === 3 && names(live).length === 3)
    expect(names(live)).toEqual(['vip', 'b', 'c'])
    expect(server.askedFor('queue:list')).toHaveLength(1)
  })

  test('takes changes that come out of order once each', async () => {
    await using server = await queueServer(waiting('a', 1))
    using live = await agentOn(server)
    await live.queue().ready
    const second = { removed: ['conv_b'], size: 1, change: 12 }
    server.say('queue:changed', second)
    server.say('queue:changed', second)
    server.say('queue:changed', { added: [{ ...waiting('b', 2), visitor_name: null }], size: 2, change: 11 })
    server.say('queue:changed', { added: [{ ...waiting('d', 4), visitor_name: null }], size: 2, change: 13 })
    await until('all came', () => names(live).includes('d'))
    expect(names(live)).toEqual(['a', 'd'])
    expect(server.askedFor('queue:list')).toHaveLength(1)
  })

  test('fetches the queue again when a change is missing', async () => {
    await using server = await queueServer(waiting('a', 1))
    using live = await agentOn(server)
    await live.queue().ready
    Object.assign(server, { queue: [waiting('b', 2), waiting('c', 3)], size: 2, change: 13 })
    server.say('queue:changed', { added: [{ ...waiting('c', 3), visitor_name: null }], size: 2, change: 13 })
    await until('it is whole', () => names(live).join() === 'b,c')
    expect(server.askedFor('queue:list')).toHaveLength(2)
  })

  test('fetches the queue again after a cut', async () => {
    await using server = await queueServer(waiting('a', 1))
    using live = await agentOn(server)
    await live.queue().ready
    Object.assign(server, { queue: [], size: 0, change: 11 })
    server.cut()
    await until('it is empty', () => names(live).length === 0)
  })

  test('holds the first of a long queue, and fetches more when they run out', async () => {
    const long = Array.from({ length: 60 }, (_, index) => waiting(`n${index}`, index))
    await using server = await queueServer(...long.slice(0, 52))
    server.size = 300
    using live = await agentOn(server)
    await live.queue().ready
    server.say('queue:changed', {
      added: [{ ...waiting('last', 59, 'low'), visitor_name: null }],
      size: 301,
      change: 11,
    })
    await until('it was counted', () => live.queue().size === 301)
    expect(names(live)).not.toContain('last')
    Object.assign(server, { queue: long.slice(3, 60), size: 298, change: 12 })
    server.say('queue:changed', { removed: ['conv_n0', 'conv_n1', 'conv_n2'], size: 298, change: 12 })
    await until('more came', () => names(live).length === 57)
  })
})
