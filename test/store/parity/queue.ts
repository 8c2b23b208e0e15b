import { expect } from 'vitest'
import type { PriorityRank } from '../../../src/server/core/model.js'
import { entryRow, start } from '../rows.js'
import type { ParityCase, World } from './world.js'

async function enter(world: World, priority: PriorityRank, requestedAt: number) {
  const thread = await world.conversation()
  return world.write((queries) =>
    queries.queue.enter(entryRow(world.app.key, thread.key, { priority, requestedAt })),
  )
}

export const queueCases: ParityCase[] = [
  {
    title: 'the queue goes by priority, then by waiting time; pages and positions agree',
    run: async (world) => {
      const { app, read } = world
      const late = await enter(world, 1, start + 1_000_000)
      const early = await enter(world, 1, start)
      const high = await enter(world, 0, start + 2_000_000)
      const low = await enter(world, 2, start - 5_000_000)
      expect(await read.queue.head(app.key)).toEqual(high)
      expect(await read.queue.longestWaiting(app.key)).toEqual(low)
      expect(await read.queue.page(app.key, undefined, 10)).toEqual([high, early, late, low])
      expect(await read.queue.page(app.key, early, 1)).toEqual([late])
      const positions = [high, early, late, low].map((entry) => read.queue.position(entry))
      expect(await Promise.all(positions)).toEqual([1, 2, 3, 4])
      expect(await read.queue.sizes(app.key)).toEqual([
        { priority: 0, waiting: 1 },
        { priority: 1, waiting: 2 },
        { priority: 2, waiting: 1 },
      ])
      expect(await read.queue.head(app.key + 1_000_000)).toBeUndefined()
    },
  },
  {
    title: 'a conversation waits once, leaves once, and is remembered',
    run: async (world) => {
      const { app, read, write } = world
      const entry = await enter(world, 1, start)
      const again = await write((queries) =>
        queries.queue.enter(entryRow(app.key, entry.conversationKey, { requestedAt: start + 9 })),
      )
      expect(again).toEqual(entry)
      expect(await read.queue.active(entry.conversationKey)).toEqual(entry)
      const leave = () =>
        write((queries) => queries.queue.leave(entry.conversationKey, { at: start + 5, claimedByKey: 8 }))
      const left = { ...entry, leftAt: start + 5, claimedAt: start + 5, claimedByKey: 8 }
      expect([await leave(), await leave()]).toEqual([left, undefined])
      expect(await read.queue.active(entry.conversationKey)).toBeUndefined()
      expect(await read.queue.last(entry.conversationKey)).toEqual(left)
      expect(await read.queue.sizes(app.key)).toEqual([{ priority: 1, waiting: 0 }])
    },
  },
  {
    title: 'a waiting conversation moves to another priority with its counters',
    run: async (world) => {
      const { app, read, write } = world
      const first = await enter(world, 1, start)
      const second = await enter(world, 1, start + 1)
      const move = (priority: PriorityRank) =>
        write((queries) => queries.queue.reprioritise(second.conversationKey, priority))
      expect(await move(0)).toEqual({ ...second, priority: 0 })
      expect(await read.queue.position(first)).toBe(2)
      expect(await move(0)).toEqual({ ...second, priority: 0 })
      expect(await read.queue.sizes(app.key)).toEqual([
        { priority: 0, waiting: 1 },
        { priority: 1, waiting: 1 },
      ])
      expect(await write((queries) => queries.queue.reprioritise(0, 2))).toBeUndefined()
    },
  },
  {
    title: 'waits are averaged, the first is taken as it is',
    run: async ({ app, read, write }) => {
      expect(await read.queue.averageWait(app.key, 1)).toBeUndefined()
      await write((queries) => queries.queue.recordWait(app.key, 1, 10_000))
      expect(await read.queue.averageWait(app.key, 1)).toBe(10_000)
      await write((queries) => queries.queue.recordWait(app.key, 1, 20_000.4))
      await write((queries) => queries.queue.recordWait(app.key, 0, 5))
      expect(await read.queue.averageWaits(app.key)).toEqual([
        { priority: 0, averageMs: 5 },
        { priority: 1, averageMs: 11_000 },
      ])
    },
  },
  {
    title: 'changes of a queue are numbered without holes',
    run: async ({ app, read, write }) => {
      expect(await read.queue.change(app.key)).toBe(0)
      const numbers = await Promise.all(
        Array.from({ length: 10 }, () => write((queries) => queries.queue.nextChange(app.key))),
      )
      expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      expect(await read.queue.change(app.key)).toBe(10)
    },
  },
]
