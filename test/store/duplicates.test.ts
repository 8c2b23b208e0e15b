import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../../src/server/core/ports.js'
import { openStore } from '../../src/server/store/index.js'
import { eachDatabase, type TestDatabase } from '../helpers/databases.js'
import { openFresh } from './open.js'
import { appRow, conversationRow, messageRow, start } from './rows.js'

eachDatabase('A local id', (database: TestDatabase) => {
  // More than the SQLite store keeps in memory before it adds them to its index.
  const many = database.name === 'sqlite' ? 1_500 : 150
  let store: Store
  let url: string
  let appKey: number

  beforeAll(async () => {
    const opened = await openFresh(database)
    store = opened.store
    url = opened.url
    appKey = (await store.transaction(({ apps }) => apps.insert(appRow()))).key
  })
  afterAll(() => store.close())

  const newConversation = async () =>
    (await store.transaction(({ conversations }) => conversations.insert(conversationRow(appKey)))).key

  /** Stores a message, or finds the one with the same local id; gives its key. */
  const post = (on: Store, conversationKey: number, local: number, fail = false) =>
    on.transaction(async ({ messages, conversations }) => {
      const known = await messages.duplicate(conversationKey, local, `local-${local}`, 'system', null)
      if (known !== undefined) return known.key
      const step = await conversations.advance(conversationKey, { at: start, fromContact: false })
      const row = messageRow(conversationKey, step?.lastSequence ?? 0, {
        localId: `local-${local}`,
        dedupe: local,
      })
      const key = await messages.insert(row)
      if (fail) throw new Error('changed my mind')
      return key
    })

  const postMany = (on: Store, conversationKey: number, count = many) =>
    Promise.all(Array.from({ length: count }, (_, local) => post(on, conversationKey, local)))

  test('is known for ever, in this process and after a restart', async () => {
    const thread = await newConversation()
    const keys = await postMany(store, thread)
    expect(new Set(keys).size).toBe(many)
    expect(await postMany(store, thread)).toEqual(keys)
    const restarted = await openStore({ databaseUrl: url, dataFolder: 'unused' })
    expect(await postMany(restarted, thread)).toEqual(keys)
    await restarted.close()
    expect(await store.read.messages.after(thread, many, 10)).toEqual([])
  })

  test('that another process stored is known here at once, and the other way round', async () => {
    const other = await openStore({ databaseUrl: url, dataFolder: 'unused' })
    const thread = await newConversation()
    for (let local = 0; local < 40; local += 1) {
      const [first, second] = local % 2 === 0 ? [store, other] : [other, store]
      const key = await post(first, thread, local)
      expect(await post(second, thread, local)).toBe(key)
    }
    await other.close()
  })

  test('of a message that was rolled back is free', async () => {
    const thread = await newConversation()
    await expect(post(store, thread, 7, true)).rejects.toThrow('changed my mind')
    const key = await post(store, thread, 7)
    const [stored] = await store.read.messages.after(thread, 0, 10)
    expect(stored).toMatchObject({ key, sequence: 1, localId: 'local-7' })
    expect(await post(store, thread, 7)).toBe(key)
  })

  test('and the search stay right when the last conversation is deleted and its keys are given again', async () => {
    const last = await newConversation()
    await postMany(store, last)
    await store.indexForSearch(100_000)
    await store.transaction(({ conversations }) => conversations.remove(last))
    const thread = await newConversation()
    const keys = await postMany(store, thread)
    expect(await postMany(store, thread)).toEqual(keys)
    const found = await store.read.search.conversations(appKey, 'hello', { notes: false, limit: 1 })
    expect(found).toEqual([{ conversationKey: thread, messageKey: Math.max(...keys) }])
  })

  test('is found by readers too', async () => {
    const thread = await newConversation()
    const key = await post(store, thread, 3)
    expect((await store.read.messages.duplicate(thread, 3, 'local-3', 'system', null))?.key).toBe(key)
  })

  // Only SQLite has an index that follows behind.
  if (database.name !== 'sqlite') return

  test('costs the index of SQLite one write in a thousand', async () => {
    const thread = await newConversation()
    await postMany(store, thread, 600)
    const reader = new Database(url, { readonly: true })
    const sql = 'select count(*) from messages where key not in (select message_key from message_dedupe)'
    const waiting = reader.prepare(sql).pluck().get()
    reader.close()
    expect(waiting).toBeGreaterThan(0)
    expect(waiting).toBeLessThan(1_024 + 256)
  })
})
