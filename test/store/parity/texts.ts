import { expect } from 'vitest'
import { start, uniqueId } from '../rows.js'
import type { ParityCase, World } from './world.js'

const find = (
  world: World,
  text: string,
  more: { notes?: boolean; limit?: number; beforeKey?: number } = {},
) => world.read.search.conversations(world.app.key, text, { notes: false, limit: 10, ...more })

export const textCases: ParityCase[] = [
  {
    title: 'search finds words without case and accents, the last by its beginning, and only in its app',
    run: async (world) => {
      const thread = await world.conversation()
      const key = await world.message(thread.key, 1, { body: 'Größe: "Café-Bar", 東京 it’s OR NOT x@y.com' })
      const match = [{ messageKey: key, conversationKey: thread.key }]
      for (const text of ['große', 'CAFE ba', '京', 'x@y', 'not or', '"cafe"', "it's", 'bar:*'])
        expect(await find(world, text), text).toEqual(match)
      for (const text of ['cafeteria', 'ar', '', '%', '京都'])
        expect(await find(world, text), text).toEqual([])
      const elsewhere = world.read.search.conversations(world.app.key + 1_000_000, 'cafe', {
        notes: true,
        limit: 10,
      })
      expect(await elsewhere).toEqual([])
    },
  },
  {
    title: 'search gives each conversation once, by its newest match, page after page',
    run: async (world) => {
      const [one, two] = [await world.conversation(), await world.conversation()]
      const keys: number[] = []
      for (const [index, thread] of [one, two, one, two, one].entries())
        keys.push(await world.message(thread.key, index + 1, { body: 'invoice' }))
      const newest = { messageKey: keys[4], conversationKey: one.key }
      const next = { messageKey: keys[3], conversationKey: two.key }
      expect(await find(world, 'invoice')).toEqual([newest, next])
      expect(await find(world, 'invoice', { limit: 1 })).toEqual([newest])
      expect(await find(world, 'invoice', { limit: 1, beforeKey: keys[4] })).toEqual([next])
      expect(await find(world, 'invoice', { limit: 1, beforeKey: keys[3] })).toEqual([])
    },
  },
  {
    title: 'search leaves out notes unless they are wanted, and follows edits and deletions',
    run: async (world) => {
      const { store, write } = world
      const thread = await world.conversation()
      const note = await world.message(thread.key, null, { body: 'confidential' })
      const key = await world.message(thread.key, 1, { body: 'refund' })
      expect(await find(world, 'confidential')).toEqual([])
      expect(await find(world, 'confidential', { notes: true })).toMatchObject([{ messageKey: note }])
      const edit = (body: string | null) =>
        write(async (queries) => {
          await queries.messages.update(key, { body: body ?? '', deletedAt: body === null ? start : null })
          await queries.search.refresh(key, body)
        })
      await edit('exchange')
      expect(await find(world, 'refund')).toEqual([])
      expect(await find(world, 'exchange')).toMatchObject([{ messageKey: key }])
      await edit(null)
      expect(await find(world, 'exchange')).toEqual([])
      expect(await store.indexForSearch(100)).toBe(0)
    },
  },
  {
    title: 'a message that is edited before it was indexed is indexed with its new text',
    run: async (world) => {
      const thread = await world.conversation()
      const key = await world.message(thread.key, 1, { body: 'before' })
      await world.write(async (queries) => {
        await queries.messages.update(key, { body: 'afterwards' })
        await queries.search.refresh(key, 'afterwards')
      })
      expect(await find(world, 'before')).toEqual([])
      expect(await find(world, 'afterwards')).toMatchObject([{ messageKey: key }])
    },
  },
  {
    title: 'canned replies have a name of their own among the shared and among each agent’s',
    run: async ({ app, read, write }) => {
      const reply = (agentKey: number, name: string) => ({
        id: uniqueId('can'),
        appKey: app.key,
        agentKey,
        name,
        text: 'Hi',
        updatedAt: start,
      })
      const insert = (agentKey: number, name: string) =>
        write((queries) => queries.cannedReplies.insert(reply(agentKey, name)))
      const [shared, own] = [await insert(0, 'hi'), await insert(5, 'bye')]
      await insert(6, 'theirs')
      expect(await insert(0, 'hi')).toBeUndefined()
      expect(await read.cannedReplies.list(app.key, 5)).toEqual([own, shared])
      expect(await read.cannedReplies.byId(app.key, own?.id ?? '')).toEqual(own)
      expect(await read.cannedReplies.byId(app.key + 1, own?.id ?? '')).toBeUndefined()
      const key = own?.key ?? 0
      const changed = await write((queries) => queries.cannedReplies.update(key, { text: 'Goodbye' }))
      expect(changed).toEqual({ ...own, text: 'Goodbye' })
      await write((queries) => queries.cannedReplies.remove(key))
      expect(await read.cannedReplies.list(app.key, 5)).toEqual([shared])
    },
  },
  {
    title: 'averages are taken over what was closed since, and are null where there is nothing',
    run: async (world) => {
      const { app, read, write } = world
      const nothing = { waitedMs: null, firstReplyMs: null, durationMs: null, rating: null }
      expect(await read.stats.averages(app.key, 0)).toEqual(nothing)
      const closed = (given: object) => world.conversation({ status: 'closed', ...given })
      const one = await closed({ closedAt: start + 100, waitedMs: 10, firstReplyAt: start + 20 })
      await closed({ closedAt: start + 300, waitedMs: 20 })
      await closed({ closedAt: start - 1, waitedMs: 1_000 })
      const rating = { conversationKey: one.key, closing: 1, appKey: app.key, score: 3, comment: 'ok' }
      await write((queries) => queries.conversations.insertRating({ ...rating, at: start }))
      expect(await read.stats.averages(app.key, start)).toEqual({
        waitedMs: 15,
        firstReplyMs: 20,
        durationMs: 200,
        rating: 3,
      })
    },
  },
  {
    title: 'a fact of the instance is set, changed and read',
    run: async ({ read, write }) => {
      const name = uniqueId('fact')
      expect(await read.instance.get(name)).toBeUndefined()
      await write((queries) => queries.instance.set(name, '1'))
      await write((queries) => queries.instance.set(name, '2'))
      expect(await read.instance.get(name)).toBe('2')
      const settled = uniqueId('fact')
      const settle = (value: string) => write((queries) => queries.instance.settle(settled, value))
      expect(await Promise.all([settle('1'), settle('1')])).toEqual(['1', '1'])
      expect(await settle('2')).toBe('1')
    },
  },
]
