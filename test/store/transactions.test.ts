import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { App, Conversation } from '../../src/server/core/model.js'
import type { Store } from '../../src/server/core/ports.js'
import { eachDatabase } from '../helpers/databases.js'
import { openFresh } from './open.js'
import { appRow, conversationRow, messageRow, start } from './rows.js'

eachDatabase('A transaction', (database) => {
  let store: Store
  let app: App
  const failures: unknown[] = []

  beforeAll(async () => {
    store = (await openFresh(database, { hookFailed: (error) => failures.push(error) })).store
    app = await store.transaction((transaction) => transaction.apps.insert(appRow()))
  })
  afterAll(() => store.close())

  const newConversation = () =>
    store.transaction((transaction) => transaction.conversations.insert(conversationRow(app.key)))
  const advance = { at: start, fromContact: true }
  const sequenceOf = async ({ key }: Conversation) =>
    (await store.read.conversations.byKey(key))?.lastSequence

  test('is seen by readers once it has settled, and not before', async () => {
    const thread = await newConversation()
    let seen: number | undefined
    await store.transaction(async (transaction) => {
      await transaction.conversations.advance(thread.key, advance)
      await nextTurn()
      seen = await sequenceOf(thread)
    })
    expect(seen).toBe(0)
    expect(await sequenceOf(thread)).toBe(1)
  })

  test('leaves nothing behind when it throws, also after turns of the event loop', async () => {
    const thread = await newConversation()
    const failing = store.transaction(async (transaction) => {
      await transaction.conversations.advance(thread.key, advance)
      await nextTurn()
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await sequenceOf(thread)).toBe(0)
  })

  test('does not take its neighbours along when it throws', async () => {
    const thread = await newConversation()
    const work = Array.from({ length: 60 }, (_, index) =>
      store.transaction(async (transaction) => {
        await transaction.conversations.advance(thread.key, advance)
        if (index % 4 === 0) await nextTurn()
        if (index % 3 === 0) throw new Error('refused')
      }),
    )
    const settled = await Promise.allSettled(work)
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(20)
    expect(await sequenceOf(thread)).toBe(40)
  })

  test('loses no update of many that read, wait and write the same row', async () => {
    const thread = await newConversation()
    await Promise.all(
      Array.from({ length: 30 }, () =>
        store.transaction(async (transaction) => {
          const locked = await transaction.conversations.lock(thread.key)
          await nextTurn()
          await transaction.conversations.patch(thread.key, {
            openedSequence: (locked?.openedSequence ?? 0) + 1,
          })
        }),
      ),
    )
    expect((await store.read.conversations.byKey(thread.key))?.openedSequence).toBe(30)
  })

  test('numbers messages of many senders 1, 2, 3 … and stores each local id once', async () => {
    const thread = await newConversation()
    const post = (localId: string, dedupe: number) =>
      store.transaction(async (transaction) => {
        const { messages, conversations } = transaction
        const known = await messages.duplicate(thread.key, dedupe, localId, 'system', null)
        if (known !== undefined) return known.key
        const sequence = (await conversations.advance(thread.key, advance))?.lastSequence ?? 0
        return messages.insert(messageRow(thread.key, sequence, { localId, dedupe }))
      })
    const keys = await Promise.all(
      Array.from({ length: 120 }, (_, index) => post(`local-${index % 40}`, index % 40)),
    )
    expect(new Set(keys).size).toBe(40)
    const stored = await store.read.messages.after(thread.key, 0, 200)
    expect(stored.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    )
  })

  test('runs its hooks in order after the commit and before it settles, and none after a rollback', async () => {
    const order: string[] = []
    const committed = store
      .transaction(async (transaction) => {
        transaction.afterCommit(() => order.push('first'))
        await transaction.apps.list()
        transaction.afterCommit(() => order.push('second'))
        order.push('work')
      })
      .then(() => order.push('settled'))
    const refused = store.transaction(async (transaction) => {
      transaction.afterCommit(() => order.push('never'))
      await transaction.apps.list()
      throw new Error('refused')
    })
    await Promise.allSettled([committed, refused])
    expect(order).toEqual(['work', 'first', 'second', 'settled'])
  })

  test('is stored when a hook throws, and the failure is told', async () => {
    const thread = await newConversation()
    await store.transaction(async (transaction) => {
      await transaction.conversations.advance(thread.key, advance)
      transaction.afterCommit(() => {
        throw new Error('nobody listens')
      })
    })
    expect(await sequenceOf(thread)).toBe(1)
    expect(failures).toMatchObject([{ message: 'nobody listens' }])
  })

  // Every work of the core runs on SQLite in the tests; knowing it on Postgres too took a tenth of a message there.
  if (database.name === 'sqlite')
    test('is refused inside another, also by way of a search, and the outer one goes on', async () => {
      const nested = store.transaction(async (transaction) => {
        await expect(store.transaction((inner) => inner.apps.list())).rejects.toThrow('inside a transaction')
        const search = store.read.search.conversations(app.key, 'word', { notes: false, limit: 1 })
        await expect(search).rejects.toThrow('inside a transaction')
        return transaction.apps.byKey(app.key)
      })
      expect(await nested).toEqual(app)
    })

  test('is allowed in a hook, which belongs to no transaction any more', async () => {
    let inner: Promise<unknown> | undefined
    await store.transaction(async (transaction) => {
      await transaction.apps.list()
      transaction.afterCommit(() => {
        inner = store.transaction((next) => next.apps.byKey(app.key))
      })
    })
    expect(await inner).toEqual(app)
  })

  test('is refused clearly once the store is closed, and what was queued before is stored', async () => {
    const { store: closing, url } = await openFresh(database)
    const row = appRow()
    const queued = closing.transaction((transaction) => transaction.apps.insert(row))
    await Promise.all([queued, closing.close()])
    const late = closing.transaction((transaction) => transaction.apps.list())
    await expect(late).rejects.toMatchObject({ code: 'unavailable' })
    expect(await closing.healthy()).toBe(false)
    expect(url).toBeDefined()
  })

  test('answers whether the database is there', async () => {
    expect(await store.healthy()).toBe(true)
  })
})
