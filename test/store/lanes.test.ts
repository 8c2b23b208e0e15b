import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { App, Conversation, MessageRow } from '../../src/server/core/model.js'
import type { Store, Transaction } from '../../src/server/core/ports.js'
import { eachDatabase } from '../helpers/databases.js'
import { openFresh } from './open.js'
import { appRow, conversationRow, messageRow, start } from './rows.js'

/** What a message does to the store, as the core does it. */
async function write(
  { messages, conversations }: Transaction,
  { key }: Conversation,
  dedupe: number,
  given: Partial<MessageRow> = {},
): Promise<number> {
  const localId = `local-${dedupe}`
  const known = await messages.duplicate(key, dedupe, localId, 'system', null)
  if (known !== undefined) return known.key
  const step = await conversations.advance(key, { at: start, fromContact: true })
  return messages.insert(messageRow(key, step?.lastSequence ?? 0, { localId, dedupe, ...given }))
}

eachDatabase('Messages that many conversations get at once', (database) => {
  let store: Store
  let app: App
  let threads: Conversation[]

  beforeAll(async () => {
    store = (await openFresh(database)).store
    app = await store.transaction((transaction) => transaction.apps.insert(appRow()))
  })
  afterAll(() => store.close())

  const begin = (count: number) =>
    store.transaction(async ({ conversations }) => {
      threads = []
      for (let index = 0; index < count; index += 1)
        threads.push(await conversations.insert(conversationRow(app.key)))
      return threads
    })
  const post = (thread: Conversation, dedupe: number, given?: Partial<MessageRow>) =>
    store.transaction((transaction) => write(transaction, thread, dedupe, given), thread.key)
  const sequencesOf = async ({ key }: Conversation) =>
    (await store.read.messages.after(key, 0, 100)).map(({ sequence, dedupe }) => [sequence, dedupe])

  test('are numbered in each in the order in which they came, and so are their hooks', async () => {
    const told = new Map<number, number[]>()
    const posts = (await begin(80)).flatMap((thread) =>
      [1, 2, 3].map((dedupe) =>
        store.transaction(async (transaction) => {
          await write(transaction, thread, dedupe)
          transaction.afterCommit(() => told.set(thread.key, [...(told.get(thread.key) ?? []), dedupe]))
        }, thread.key),
      ),
    )
    await Promise.all(posts)
    for (const thread of threads) {
      expect(await sequencesOf(thread)).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
      ])
      expect(told.get(thread.key)).toEqual([1, 2, 3])
    }
  })

  test('keep everything that a row holds', async () => {
    const given = {
      body: 'Grüße, "quoted" \\ back {curly} 🐢\nNULL',
      metadata: { page: '/a"b\\c', list: [null, 1] },
      externalId: 'NULL',
      attachmentCount: 2,
    } as const
    const keys = await Promise.all((await begin(5)).map((thread) => post(thread, 7, given)))
    const [stored] = await store.read.messages.byKeys(keys.slice(0, 1))
    expect(stored).toMatchObject({ ...given, conversationKey: threads[0]?.key, replyTo: null, dedupe: 7 })
  })

  test('are stored once for each local id, also when it comes again later', async () => {
    const sent = () => Promise.all(threads.flatMap((thread) => [post(thread, 1), post(thread, 1)]))
    await begin(30)
    const keys = await sent()
    expect(new Set(keys).size).toBe(30)
    expect(await sent()).toEqual(keys)
    for (const thread of threads) expect(await sequencesOf(thread)).toEqual([[1, 1]])
  })

  test('are all stored but those whose work throws, of which nothing stays', async () => {
    const settled = await Promise.allSettled(
      (await begin(40)).map((thread, index) =>
        store.transaction(async (transaction) => {
          await write(transaction, thread, index)
          if (index % 7 === 0) throw new Error('refused')
          if (index % 5 === 0) await nextTurn()
        }, thread.key),
      ),
    )
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(6)
    for (const [index, thread] of threads.entries())
      expect(await sequencesOf(thread)).toEqual(index % 7 === 0 ? [] : [[1, index]])
  })

  test('are all stored but one that the database refuses', async () => {
    const { id } = messageRow(1, 1)
    const [first, ...others] = await begin(10)
    if (first !== undefined) await post(first, 1, { id })
    const settled = await Promise.allSettled(
      others.map((thread, index) => post(thread, index, index === 3 ? { id } : {})),
    )
    expect(settled.map(({ status }) => status).indexOf('rejected')).toBe(3)
    expect(settled[3]).toMatchObject({ reason: { code: 'conflict' } })
    expect((await Promise.all(others.map(sequencesOf))).flat()).toHaveLength(8)
  })

  test('may look at their conversation first, as answers do that must not be blind', async () => {
    const answer = (thread: Conversation, expected: number) =>
      store.transaction(async (transaction) => {
        await transaction.messages.duplicate(thread.key, expected, 'answer', 'system', null)
        const locked = await transaction.conversations.lock(thread.key)
        if (locked?.lastSequence !== expected) return false
        await transaction.conversations.advance(thread.key, { at: start, fromContact: false })
        await transaction.messages.insert(messageRow(thread.key, expected + 1))
        return true
      }, thread.key)
    const answered = (await begin(20)).flatMap((thread) =>
      [0, 1, 1].map((expected) => answer(thread, expected)),
    )
    expect(await Promise.all(answered)).toEqual(threads.flatMap(() => [true, true, false]))
  })

  test('may each do more than a message does, and lose no update of a row that all of them change', async () => {
    const [shared, ...others] = await begin(31)
    const key = shared?.key ?? 0
    await Promise.all(
      others.map((thread, index) =>
        store.transaction(async (transaction) => {
          await write(transaction, thread, index)
          const [row] = await Promise.all([transaction.conversations.lock(key), transaction.apps.list()])
          await nextTurn()
          await transaction.conversations.patch(key, { openedSequence: (row?.openedSequence ?? 0) + 1 })
        }, thread.key),
      ),
    )
    expect((await store.read.conversations.byKey(key))?.openedSequence).toBe(30)
  })

  test('go beside other work of their conversations, one at a time', async () => {
    const order: string[] = []
    await Promise.all(
      (await begin(4)).flatMap((thread) => [
        post(thread, 1).then(() => order.push(`${thread.key} first`)),
        store
          .transaction(
            ({ conversations }) => conversations.revise(thread.key, { subject: 'new' }),
            thread.key,
          )
          .then((revised) => order.push(`${thread.key} revised ${revised?.lastSequence}`)),
        post(thread, 2).then(() => order.push(`${thread.key} second`)),
      ]),
    )
    for (const { key } of threads)
      expect(order.filter((entry) => entry.startsWith(`${key} `))).toEqual([
        `${key} first`,
        `${key} revised 1`,
        `${key} second`,
      ])
  })

  if (database.name === 'sqlite')
    test('refuse a transaction inside', async () => {
      const nested = (await begin(3)).map((thread) =>
        store.transaction(async (transaction) => {
          await write(transaction, thread, 1)
          await expect(post(thread, 2)).rejects.toThrow('inside a transaction')
        }, thread.key),
      )
      await Promise.all(nested)
      expect((await Promise.all(threads.map(sequencesOf))).flat()).toHaveLength(3)
    })
})
