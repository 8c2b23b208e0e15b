import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../../src/server/core/ports.js'
import { openStore } from '../../src/server/store/index.js'
import { postgresUrl } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'
import { until } from '../helpers/until.js'
import { openFresh } from './open.js'
import { appRow, conversationRow, messageRow, start } from './rows.js'

describeWith('postgres', 'A Postgres store', () => {
  let store: Store
  let operator: pg.Client

  beforeAll(async () => {
    const opened = await openFresh({ name: 'postgres', url: postgresUrl })
    store = opened.store
    operator = new pg.Client({ connectionString: opened.url })
    await operator.connect()
  })
  afterAll(() => Promise.all([store.close(), operator.end()]))

  const ours = `from pg_stat_activity where application_name = 'replyhq' and datname = current_database()`
  const endConnections = async () => {
    const { rows } = await operator.query(`select pid, pg_terminate_backend(pid) ${ours}`)
    const pids = rows.map(({ pid }) => pid)
    // That is a signal only: until it is heard a connection goes on answering.
    await until('they have ended', async () => {
      const left = await operator.query(`select 1 ${ours} and pid = any($1)`, [pids])
      return left.rowCount === 0
    })
  }

  test('outlives connections that end inside a transaction, and stores nothing of it', async () => {
    const row = appRow()
    const cut = store.transaction(async ({ apps }) => {
      await apps.insert(row)
      await endConnections()
      await apps.list()
    })
    await expect(cut).rejects.toMatchObject({ code: 'unavailable' })
    await until('it is healthy', () => store.healthy())
    expect(await store.read.apps.byId(row.id)).toBeUndefined()
    expect(await store.transaction(({ apps }) => apps.insert(row))).toMatchObject({ id: row.id })
  })

  test('outlives idle connections that end', async () => {
    await store.read.apps.list()
    await endConnections()
    // The pool may hand out connections before it has heard of their end.
    await until('it is healthy', () => store.healthy())
    expect(await store.read.apps.list()).not.toEqual([])
  })

  test('runs the work again where two transactions wait for each other', async () => {
    const [one, two] = await store.transaction(async ({ apps, conversations }) => {
      const { key } = await apps.insert(appRow())
      return [
        await conversations.insert(conversationRow(key)),
        await conversations.insert(conversationRow(key)),
      ]
    })
    let met = 0
    const bothLocked = new Promise<void>((resolve) => {
      const check = setInterval(() => {
        if (met < 2) return
        clearInterval(check)
        resolve()
      }, 5)
    })
    const advanceBoth = (keys: (number | undefined)[]) =>
      store.transaction(async ({ conversations }) => {
        for (const key of keys) {
          await conversations.advance(key ?? 0, { at: start, fromContact: false })
          met += 1
          await bothLocked
        }
      })
    await Promise.all([advanceBoth([one?.key, two?.key]), advanceBoth([two?.key, one?.key])])
    const stored = await store.read.conversations.byKeys([one?.key ?? 0, two?.key ?? 0])
    expect(stored.map(({ lastSequence }) => lastSequence)).toEqual([2, 2])
  })

  const newConversations = (count: number) =>
    store.transaction(async ({ apps, conversations }) => {
      const { key } = await apps.insert(appRow())
      const keys: number[] = []
      for (let index = 0; index < count; index += 1)
        keys.push((await conversations.insert(conversationRow(key))).key)
      return keys
    })
  const post = (key: number) =>
    store.transaction(async ({ conversations, messages }) => {
      await messages.duplicate(key, 1, 'local', 'system', null)
      const step = await conversations.advance(key, { at: start, fromContact: true })
      return messages.insert(messageRow(key, step?.lastSequence ?? 0))
    }, key)

  test('commits messages of many conversations together', async () => {
    const keys = await Promise.all((await newConversations(120)).map(post))
    const { rows } = await operator.query(
      'select count(distinct xmin::text)::int as commits from messages where key = any($1)',
      [keys],
    )
    expect(rows[0].commits).toBeLessThan(20)
  })

  test('holds up no conversation for another that somebody else holds', async () => {
    const keys = await newConversations(30)
    const [held, ...others] = keys
    await operator.query('begin')
    await operator.query('select 1 from conversations where key = $1 for update', [held])
    let waits = true
    const waiting = post(held ?? 0).finally(() => {
      waits = false
    })
    await Promise.all(others.map(post))
    expect(waits).toBe(true)
    await operator.query('commit')
    await waiting
  })

  test('loses nothing and stores nothing twice when connections end under many messages', async () => {
    const keys = await newConversations(60)
    const sent = keys.map(post)
    await endConnections()
    const settled = await Promise.allSettled(sent)
    const stored = await store.read.conversations.byKeys(keys)
    for (const [index, { status }] of settled.entries()) {
      const sequence = stored.find(({ key }) => key === keys[index])?.lastSequence
      expect(sequence).toBeLessThanOrEqual(1)
      if (status === 'fulfilled') expect(sequence).toBe(1)
    }
  })

  test('is refused clearly where no database answers', async () => {
    const opening = openStore({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', dataFolder: 'unused' })
    await expect(opening).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('Check that it runs'),
    })
  })
})
