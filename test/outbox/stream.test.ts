import { Pool } from 'pg'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/server/adapters/clock.js'
import { EventStream } from '../../src/server/core/outbox/event-stream.js'
import { Listeners } from '../../src/server/core/outbox/listeners.js'
import { type Company, newCompany } from '../core/company.js'
import { openTestInstance, refusal, sharedInstance } from '../core/instance.js'
import { eachDatabase, postgresUrl } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { chatter, day } from './desk.js'

/** Writes an event with a number. */
const write = ({ core, app, instance }: Company, number: number) =>
  instance.context.store.transaction((transaction) =>
    core.outbox.record(transaction, app, { type: 'contact.updated', data: () => ({ number }) }),
  )

const numbers = (events: { data: Record<string, unknown> }[]) => events.map(({ data }) => data.number)

eachDatabase('The events of an app', (database) => {
  const instance = sharedInstance(database)

  /** A reader who waits in the time of the machine. */
  function stream() {
    const context = { ...instance().context, clock: systemClock }
    return new EventStream(context, instance().core.cursors, new Listeners(context))
  }

  test('are read from a cursor on, in pages, each once', async () => {
    const company = await newCompany(instance())
    const { events } = company.core
    const begin = await events.page(company.admin, { limit: 3 })
    expect(begin.events).toEqual([])
    for (let number = 1; number <= 7; number++) await write(company, number)
    const read: unknown[] = []
    for (let { cursor } = begin; read.length < 7; ) {
      const page = await events.page(company.admin, { after: cursor, limit: 3 })
      read.push(...numbers(page.events))
      cursor = page.cursor
    }
    expect(read).toEqual([1, 2, 3, 4, 5, 6, 7])
    const [first] = (await events.page(company.admin, { after: begin.cursor, limit: 1 })).events
    const rest = await events.page(company.admin, { after: first?.cursor, limit: 100 })
    expect(numbers(rest.events)).toEqual([2, 3, 4, 5, 6, 7])
    expect(numbers((await events.page(company.admin, { limit: 100 })).events)).toEqual([])
  })

  test('wake a reader who waits, and leave it alone while nothing happens', async () => {
    const company = await newCompany(instance())
    const waiting = stream()
    const { cursor } = await waiting.page(company.admin, { limit: 10 })
    const began = performance.now()
    const page = waiting.page(company.admin, { after: cursor, limit: 10, waitMs: 20_000 })
    await write(company, 1)
    expect(numbers((await page).events)).toEqual([1])
    expect(performance.now() - began).toBeLessThan(5_000)
    const leaving = new AbortController()
    const { signal } = leaving
    const after = (await page).cursor
    const left = waiting.page(company.admin, { after, limit: 10, waitMs: 20_000, signal })
    leaving.abort()
    expect(await left).toEqual({ events: [], cursor: after })
    const closed = waiting.page(company.admin, { after, limit: 10, waitMs: 20_000 })
    waiting.close()
    expect((await closed).events).toEqual([])
  })

  test('are for those who may read the app, by cursors of their own app', async () => {
    const [ours, theirs] = [await newCompany(instance()), await newCompany(instance())]
    const { events } = ours.core
    const { cursor } = await events.page(theirs.admin, { limit: 1 })
    await refusal(events.page(ours.admin, { after: cursor, limit: 1 }), 'invalid_request')
    await refusal(events.page(ours.admin, { after: 'x', limit: 1 }), 'invalid_request')
    const visitor = await ours.visitor()
    await refusal(events.page(visitor as never, { limit: 1 }), 'forbidden')
  })

  test('are written for a week after somebody read them last', async () => {
    const company = await newCompany(instance())
    const { events } = company.core
    const talk = await company.served()
    const { cursor } = await events.page(company.admin, { limit: 1 })
    // Transactions of other tests on the same Postgres may hold it back for a moment.
    const one = async () =>
      (await events.page(company.admin, { after: cursor, limit: 9 })).events.length === 1
    instance().clock.advance(6 * day)
    await chatter(talk, 1)
    await until('it is read', one)
    instance().clock.advance(8 * day)
    await chatter(talk, 1)
    expect(await one()).toBe(true)
  })
})

test('a reader misses nothing of transactions that commit in another order than they began', async () => {
  const databaseUrl = await postgresUrl()
  await using opened = await openTestInstance(databaseUrl)
  const company = await newCompany(opened)
  const { events } = company.core
  const { cursor } = await events.page(company.admin, { limit: 1 })
  const pool = new Pool({ connectionString: databaseUrl })
  const slow = await pool.connect()
  await slow.query('begin')
  await slow.query('insert into outbox_events (id, app_key, type, data, at) values ($1, $2, $3, $4, $5)', [
    'evt_slow',
    company.app.key,
    'contact.updated',
    '{"number":1}',
    0,
  ])
  await write(company, 2)
  const page = () => events.page(company.admin, { after: cursor, limit: 10 })
  expect(numbers((await page()).events)).toEqual([])
  await slow.query('commit')
  slow.release()
  await pool.end()
  await until('both are shown', async () => (await page()).events.length === 2)
  expect(numbers((await page()).events)).toEqual([1, 2])
})
