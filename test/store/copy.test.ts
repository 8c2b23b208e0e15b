import { describe, expect, test } from 'vitest'
import { type CopiedTable, copyDatabase } from '../../src/server/store/copy.js'
import { openStore } from '../../src/server/store/index.js'
import { migrate } from '../../src/server/store/migrate.js'
import { newCompany } from '../core/company.js'
import { openTestInstance } from '../core/instance.js'
import { postgresUrl, sqliteUrl } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'
import { runSql } from './migrations/seed.js'

const words = 'Does the blue kettle — 藍色的 🫖 — "whistle"?\nReally'

/** An installation with something in most tables; gives the id of a conversation that waits. */
async function filled(url: string): Promise<string> {
  await using instance = await openTestInstance(url)
  const company = await newCompany(instance)
  const talk = await company.served()
  const message = await talk.say(talk.visitor, words)
  await talk.note('a regular customer')
  await instance.core.reactions.add(company.ada, talk.id, message.id, '👍')
  await instance.core.conversations.addTag(company.ada, talk.id, 'kettles')
  await instance.core.lifecycle.close(company.ada, talk.id)
  await instance.core.lifecycle.rate(talk.visitor, talk.id, 5, 'quick')
  const waiting = await company.waiting()
  for (let index = 0; index < 1_200; index++) await waiting.say(waiting.visitor, `message ${index}`)
  return waiting.id
}

const rowsOf = (tables: CopiedTable[], name: string) => tables.find(({ table }) => table === name)?.rows

describeWith('postgres', 'A copy of a database', () => {
  test('from SQLite to Postgres and back holds every row as it was', { timeout: 60_000 }, async () => {
    const [first, second, third] = [sqliteUrl(), await postgresUrl(), sqliteUrl()]
    await filled(first)
    const there = await copyDatabase({ from: first, to: second })
    expect(rowsOf(there, 'messages')).toBe(1_202)
    expect(rowsOf(there, 'ratings')).toBe(1)
    const back = await copyDatabase({ from: second, to: third })
    expect(back).toEqual(there)
    const query = "select body from messages where body like 'Does%'"
    for (const url of [second, third]) expect(await runSql(url, [query])).toEqual([{ body: words }])
  })

  test('goes on living: what waits is found, claimed and answered, and new rows follow', async () => {
    const [from, to] = [sqliteUrl(), await postgresUrl()]
    const waiting = await filled(from)
    await copyDatabase({ from, to })
    await using instance = await openTestInstance(to)
    const [app] = await instance.context.store.read.apps.list()
    if (app === undefined) throw new Error('the app was not copied')
    const operator = { type: 'operator', app } as const
    const { message } = await instance.core.messages.post(operator, waiting, {
      localId: 'new',
      body: 'hello',
    })
    expect(message.sequence).toBe(1_201)
    const views = await instance.core.conversations.list(operator, { text: 'kettle', limit: 10 })
    expect(views).toHaveLength(1)
  })
})

describe('An unfinished copy', () => {
  const cutOff = async (from: string, to: string) => {
    let steps = 0
    const onProgress = () => {
      if (++steps === 12) throw new Error('cut off')
    }
    await expect(copyDatabase({ from, to, onProgress })).rejects.toThrow('cut off')
  }

  test('is no database to start on, and goes on where it stopped', async () => {
    const [from, to] = [sqliteUrl(), sqliteUrl()]
    await filled(from)
    await cutOff(from, to)
    const opening = openStore({ databaseUrl: to, dataFolder: 'unused' })
    const message = expect.stringContaining('not finished')
    await expect(opening).rejects.toMatchObject({ code: 'unavailable', message })
    const tables = await copyDatabase({ from, to })
    expect(rowsOf(tables, 'messages')).toBe(1_202)
    await (await openStore({ databaseUrl: to, dataFolder: 'unused' })).close()
  })

  test('of another installation is kept, unless it is thrown away', async () => {
    const [from, other, to] = [sqliteUrl(), sqliteUrl(), sqliteUrl()]
    await filled(from)
    await filled(other)
    await cutOff(other, to)
    await expect(copyDatabase({ from, to })).rejects.toMatchObject({ code: 'conflict' })
    const tables = await copyDatabase({ from, to, restart: true })
    expect(rowsOf(tables, 'messages')).toBe(1_202)
  })

  test('whose source changed meanwhile is told to differ', async () => {
    const [from, to] = [sqliteUrl(), sqliteUrl()]
    await filled(from)
    await cutOff(from, to)
    await runSql(from, ["update apps set name = 'renamed'"])
    await expect(copyDatabase({ from, to })).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('A copy is refused', () => {
  test('into a database that holds data, which stays as it is', async () => {
    const [from, to] = [sqliteUrl(), sqliteUrl()]
    await filled(from)
    await migrate(to)
    await runSql(to, [
      "insert into apps (id, name, identity_secret, settings, created_at) values ('app_1', 'Mine', 's', '{}', 1)",
    ])
    await expect(copyDatabase({ from, to })).rejects.toMatchObject({ code: 'conflict' })
    expect(await runSql(to, ['select name from apps'])).toEqual([{ name: 'Mine' }])
  })

  test('into itself', async () => {
    const url = sqliteUrl()
    await migrate(url)
    await expect(copyDatabase({ from: url, to: url })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('while a server uses the file', async () => {
    const [from, to] = [sqliteUrl(), sqliteUrl()]
    await migrate(from)
    const store = await openStore({ databaseUrl: from, dataFolder: 'unused', exclusive: true })
    const refusal = { code: 'conflict', message: `A ReplyHQ server uses ${from}. Stop it, then copy.` }
    await expect(copyDatabase({ from, to })).rejects.toMatchObject(refusal)
    await store.close()
  })
})

describeWith('postgres', 'A copy from Postgres', () => {
  test('is refused while a server uses it', async () => {
    const from = await postgresUrl()
    await migrate(from)
    const store = await openStore({ databaseUrl: from, dataFolder: 'unused' })
    await store.healthy()
    await expect(copyDatabase({ from, to: sqliteUrl() })).rejects.toMatchObject({ code: 'conflict' })
    await store.close()
  })
})
