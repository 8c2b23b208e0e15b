import { expect } from 'vitest'
import type { Delivery, OutboxEvent, Webhook } from '../../../src/server/core/outbox/model.js'
import { deliveryRow, outboxEventRow, start, uniqueId, webhookRow } from '../rows.js'
import type { ParityCase, World } from './world.js'

const webhook = (world: World, given: Partial<Webhook> = {}) =>
  world.write((queries) => queries.webhooks.insert(webhookRow(world.app.key, given)))

const event = (world: World, given: Partial<OutboxEvent> = {}) =>
  world.write((queries) => queries.outboxEvents.insert(outboxEventRow(world.app.key, given)))

/** Gives them as they are stored, in the order in which they were given. */
async function deliveries(world: World, { key }: Webhook, given: Partial<Delivery>[]): Promise<Delivery[]> {
  const rows = given.map((each) => deliveryRow(world.app.key, key, each))
  await world.write((queries) => queries.deliveries.insertMany(rows))
  const found = await Promise.all(rows.map(({ id }) => world.read.deliveries.byId(world.app.key, id)))
  return found.filter((row) => row !== undefined)
}

const keys = (rows: { key: number }[]) => rows.map(({ key }) => key)

export const outboxCases: ParityCase[] = [
  {
    title: 'events are read in the order of their commits, of one app and of some types',
    run: async (world) => {
      const { app, read } = world
      expect(await read.outboxEvents.end(app.key)).toEqual({ transaction: 0, key: 0 })
      const data = { text: 'hello 👋', nested: { list: [1, null] } }
      const one = await event(world, { data, conversationKey: 7 })
      const two = await event(world, { type: 'user.online' })
      const begun = { transaction: 0, key: 0 }
      const after = (types?: OutboxEvent['type'][], limit = 10) =>
        read.outboxEvents.after(app.key, begun, { types, limit })
      expect(keys(await after())).toEqual([one, two])
      expect(keys(await after(undefined, 1))).toEqual([one])
      expect(keys(await after(['user.online', 'user.offline']))).toEqual([two])
      const [first] = await after()
      expect(first).toMatchObject({ data, conversationKey: 7, type: 'message.created', at: start })
      if (first === undefined) throw new Error('there is no first event')
      expect(keys(await read.outboxEvents.after(app.key, first, { limit: 10 }))).toEqual([two])
      expect(await read.outboxEvents.end(app.key)).toMatchObject({ key: two })
      expect(keys(await read.outboxEvents.byKeys([two, one])).sort()).toEqual([one, two].sort())
      expect(await read.outboxEvents.after(app.key + 1_000_000, begun, { limit: 10 })).toEqual([])
    },
  },
  {
    title: 'old events go once no delivery needs them, and the newest stays',
    run: async (world) => {
      const { app, read, write } = world
      const hook = await webhook(world)
      const at = start - 1_000_000
      const [done, waiting, dead, free] = [
        await event(world, { at }),
        await event(world, { at }),
        await event(world, { at }),
        await event(world, { at }),
      ]
      const newest = await event(world, { at })
      await deliveries(world, hook, [
        { eventKey: done, state: 'done' },
        { eventKey: waiting },
        { eventKey: dead, state: 'dead' },
      ])
      const prune = (limit: number) => write((queries) => queries.outboxEvents.prune(at + 1, limit))
      expect([await prune(1), await prune(10), await prune(10)]).toEqual([1, 1, 0])
      const left = await read.outboxEvents.byKeys([done, waiting, dead, free, newest])
      expect(keys(left).sort()).toEqual([waiting, dead, newest].sort())
      await write((queries) => queries.apps.remove(app.key))
    },
  },
  {
    title: 'webhooks are kept, changed, listed and removed with their deliveries',
    run: async (world) => {
      const { app, read, write } = world
      const one = await webhook(world, { events: ['message.created'] })
      const two = await webhook(world, { configured: true, enabled: false })
      expect(await read.webhooks.list(app.key)).toEqual([one, two])
      expect(await read.webhooks.configured()).toContainEqual(two)
      const patch = { enabled: false, disabledReason: 'gone', failingSince: start, previousSecret: 'old' }
      const changed = await write((queries) => queries.webhooks.update(one.key, patch))
      expect(changed).toEqual({ ...one, ...patch })
      expect(await read.webhooks.byId(app.key, one.id)).toEqual(changed)
      await write((queries) => queries.webhooks.excuse(50))
      expect(await read.webhooks.byKey(one.key)).toMatchObject({ failingSince: start + 50 })
      await write((queries) => queries.webhooks.excuse(-50))
      expect(await read.webhooks.byId(app.key + 1, one.id)).toBeUndefined()
      const [gone] = await deliveries(world, one, [{}])
      const [kept] = await deliveries(world, two, [{}])
      await write((queries) => queries.webhooks.remove(one.key))
      expect(await read.webhooks.byKey(one.key)).toBeUndefined()
      expect(await read.webhooks.byKey(two.key)).toEqual(two)
      expect(keys(await read.deliveries.list(app.key, { limit: 10 }))).toEqual(keys(kept ? [kept] : []))
      expect(await read.deliveries.byId(app.key, gone?.id ?? '')).toBeUndefined()
    },
  },
  {
    title: 'webhooks with something due come before the others, the longest waiting first',
    run: async (world) => {
      const [late, idle, early, off] = [
        await webhook(world),
        await webhook(world),
        await webhook(world),
        await webhook(world, { enabled: false }),
      ]
      await deliveries(world, late, [{ nextAttemptAt: start + 2 }, { nextAttemptAt: start + 9 }])
      await deliveries(world, early, [{ nextAttemptAt: start + 1 }])
      await deliveries(world, off, [{}])
      await deliveries(world, idle, [{ nextAttemptAt: null, state: 'done', endedAt: start }])
      const own = async (at: number) =>
        keys(await world.read.webhooks.due(at, 1_000)).filter((key) =>
          keys([late, idle, early, off]).includes(key),
        )
      expect(await own(start + 2)).toEqual([early.key, late.key])
      expect(await own(start + 1)).toEqual([early.key])
      const outstanding = await world.read.deliveries.outstanding()
      expect(outstanding.find(({ state }) => state === 'pending')?.count).toBeGreaterThanOrEqual(4)
      expect(outstanding.map(({ state }) => state)).not.toContain('done')
    },
  },
  {
    title: 'events of a conversation are found by their time, and their deliveries by the range of their ids',
    run: async (world) => {
      const { app, read } = world
      const hook = await webhook(world)
      const at = start + 7_000_000
      const one = await event(world, { at, conversationKey: 11 })
      const two = await event(world, { at: at + 5, conversationKey: 11 })
      await event(world, { at, conversationKey: 12 })
      await event(world, { at, conversationKey: 11, type: 'message.deleted' })
      const of = { appKey: app.key, conversationKey: 11, type: 'message.created' } as const
      expect(keys(await read.outboxEvents.between(of, at, at + 5, 10))).toEqual([one, two])
      expect(keys(await read.outboxEvents.between(of, at, at + 5, 1))).toEqual([one])
      expect(keys(await read.outboxEvents.between(of, at + 1, at + 4, 10))).toEqual([])
      const [first, second] = await deliveries(world, hook, [
        { eventKey: one, state: 'done' },
        { eventKey: two },
      ])
      if (first === undefined || second === undefined) throw new Error('they were not stored')
      const [low, high] = [first.id, second.id].sort()
      const found = (eventKey: number) => read.deliveries.ofEvent(eventKey, low ?? '', high ?? '')
      expect(await found(one)).toEqual([first])
      expect(await found(two)).toEqual([second])
      expect(await read.deliveries.ofEvent(one, `${high}z`, `${high}zz`)).toEqual([])
    },
  },
  {
    title: 'due deliveries come by their time and then by their key, in pages',
    run: async (world) => {
      const { app, read, write } = world
      const hook = await webhook(world)
      const [a, b, c, d] = keys(
        await deliveries(world, hook, [
          {},
          { nextAttemptAt: start + 5, attempts: 1, lane: 4 },
          { nextAttemptAt: start + 3, attempts: 2, lane: 5 },
          { lane: 4, payload: { why: 'channel' } },
        ]),
      )
      const due = async (from: number, through: number, limit = 10) =>
        keys(await read.deliveries.due(hook.key, from, through, limit))
      expect(await due(0, 0)).toEqual([a, d])
      expect(await due(0, 0, 1)).toEqual([a])
      expect(await due(1, start + 5)).toEqual([c, b])
      expect(await due(1, start + 4)).toEqual([c])
      expect(await read.deliveries.troubled(hook.key)).toEqual([
        { key: b, lane: 4, nextAttemptAt: start + 5 },
      ])
      await write((queries) => queries.deliveries.postpone(d === undefined ? [] : [d], start + 5))
      expect(await due(1, start + 5)).toEqual([c, b, d])
      await write((queries) => queries.deliveries.hasten(5))
      expect(await due(1, start)).toEqual([c, b, d])
      expect(await due(0, 0)).toEqual([a])
      await write((queries) => queries.deliveries.rush(hook.key))
      expect([await due(0, 0), await due(1, start)]).toEqual([
        [a, d],
        [c, b],
      ])
      const page = { webhookKey: hook.key, limit: 2 }
      expect(keys(await read.deliveries.list(app.key, page))).toEqual([d, c])
      expect(keys(await read.deliveries.list(app.key, { ...page, beforeKey: c }))).toEqual([b, a])
      expect(await read.deliveries.list(app.key, { state: 'dead', limit: 9 })).toEqual([])
    },
  },
  {
    title: 'a delivery ends once, and is put back by a person',
    run: async (world) => {
      const { app, read, write } = world
      const hook = await webhook(world)
      const [one, two, three] = await deliveries(world, hook, [{}, {}, { createdAt: start + 50 }])
      if (one === undefined || two === undefined || three === undefined) throw new Error('too few rows')
      await write((queries) => queries.deliveries.succeed([one.key], start + 1, 204))
      const done = { state: 'done', attempts: 1, lastStatus: 204, endedAt: start + 1, nextAttemptAt: null }
      expect(await read.deliveries.byId(app.key, one.id)).toMatchObject(done)
      const dead = { state: 'dead' as const, attempts: 10, lastError: 'no', endedAt: start + 2 }
      for (const { id } of [one, two, three])
        await write((queries) => queries.deliveries.settle(id, { ...dead, nextAttemptAt: null }))
      expect(await read.deliveries.byId(app.key, one.id)).toMatchObject(done)
      expect(await read.deliveries.byId(app.key, two.id)).toMatchObject(dead)
      const revive = (filter: { webhookKey?: number; since?: number }) =>
        write((queries) => queries.deliveries.revive(app.key, filter))
      expect(await revive({ webhookKey: hook.key, since: start + 50 })).toBe(1)
      const back = { state: 'pending', attempts: 10, attemptsBefore: 10, nextAttemptAt: 0, endedAt: null }
      expect(await read.deliveries.byId(app.key, three.id)).toMatchObject(back)
      expect([await revive({ webhookKey: hook.key + 1 }), await revive({})]).toEqual([0, 1])
      const reviveOne = () => write((queries) => queries.deliveries.reviveOne(one.key))
      expect([await reviveOne(), await reviveOne()]).toEqual([true, false])
      expect(await read.deliveries.byId(app.key, one.id)).toMatchObject({ attempts: 1, attemptsBefore: 1 })
    },
  },
  {
    title: 'a newer push takes the place of the one that waits for the same device and conversation',
    run: async (world) => {
      const { app, read, write } = world
      const own = { kind: 'push' as const, webhookKey: null, lane: app.key }
      const push = (given: Partial<Delivery>) => ({ ...deliveryRow(app.key, 0, given), ...own })
      const save = (...given: Partial<Delivery>[]) => {
        const rows = given.map(push)
        return write((queries) => queries.deliveries.savePushes(rows)).then(() => rows.map(({ id }) => id))
      }
      const due = async (through: number) =>
        (await read.deliveries.duePushes(through, 1_000)).filter(({ lane }) => lane === app.key)
      const [one = '', two = ''] = await save({ target: 'one' }, { target: 'two' })
      expect((await due(0)).map(({ id }) => id)).toEqual([one, two])
      const tried = { attempts: 1, nextAttemptAt: start + 5, lastError: 'no' }
      await write((queries) => queries.deliveries.settle(one, tried))
      const [newer = ''] = await save({ target: 'one', payload: { text: 'newer' }, createdAt: start + 9 })
      expect((await due(start + 4)).map(({ id }) => id)).toEqual([two])
      const replaced = { id: newer, payload: { text: 'newer' }, createdAt: start + 9, attemptsBefore: 1 }
      expect((await due(start + 5))[1]).toMatchObject({ ...tried, ...replaced })
      expect(await read.deliveries.byId(app.key, one)).toBeUndefined()
      await write((queries) => queries.deliveries.settle(one, { state: 'done', endedAt: start }))
      expect(await due(start + 5)).toHaveLength(2)
      const dead = { state: 'dead' as const, nextAttemptAt: null, endedAt: start }
      await write((queries) => queries.deliveries.settle(newer, dead))
      await save({ target: 'one' })
      expect(await due(start + 5)).toHaveLength(2)
      expect(await write((queries) => queries.deliveries.revive(app.key, {}))).toBe(0)
    },
  },
  {
    title: 'attempts are written together, and go with their delivery when it is pruned',
    run: async (world) => {
      const { app, read, write } = world
      const hook = await webhook(world)
      const [one] = await deliveries(world, hook, [{ state: 'done', endedAt: start - 9_000_000 }])
      const deliveryKey = one?.key ?? 0
      const attempt = { deliveryKey, at: start, durationMs: 12, status: null, responseBody: null }
      const rows = [
        { ...attempt, attempt: 1, error: 'refused' },
        { ...attempt, attempt: 2, error: null, status: 200, responseBody: 'fine' },
      ]
      const gone = { ...attempt, deliveryKey: 999_999_999, attempt: 1, error: null }
      await write((queries) => queries.deliveries.insertAttempts([...rows, gone]))
      await write((queries) => queries.deliveries.insertAttempts([]))
      expect(await read.deliveries.attempts(deliveryKey)).toMatchObject(rows)
      const prune = () => write((queries) => queries.deliveries.prune(start - 8_000_000, 10))
      expect([await prune(), await prune()]).toEqual([1, 0])
      expect(await read.deliveries.attempts(deliveryKey)).toEqual([])
      expect(await read.deliveries.byId(app.key, one?.id ?? '')).toBeUndefined()
    },
  },
  {
    title: 'a lease is held by one at a time, until it ends or is given back',
    run: async ({ write }) => {
      const name = uniqueId('lease')
      const take = (holder: string, at: number) =>
        write((queries) => queries.leases.take(name, holder, at, at + 30))
      expect(await take('one', start)).toBe(true)
      expect([await take('two', start + 29), await take('one', start + 20)]).toEqual([false, true])
      expect([await take('two', start + 49), await take('two', start + 50)]).toEqual([false, true])
      await write((queries) => queries.leases.release(name, 'one'))
      expect(await take('one', start + 51)).toBe(false)
      // The clock went back: nobody asks for so long a time.
      expect(await take('one', start - 3_600_000)).toBe(true)
      await write((queries) => queries.leases.release(name, 'one'))
      expect(await take('two', start)).toBe(true)
    },
  },
]
