import { readdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../../src/server/store/index.js'
import { type Migration, readMigrations } from '../../../src/server/store/migrate/files.js'
import { migratePostgres } from '../../../src/server/store/migrate/postgres.js'
import { migrateSqlite } from '../../../src/server/store/migrate/sqlite.js'
import { migrate, migrationStatus } from '../../../src/server/store/migrate.js'
import { eachDatabase, sqliteUrl } from '../../helpers/databases.js'
import { start } from '../rows.js'
import { countRows, runSql, seededRows, seedStatements } from './seed.js'

eachDatabase('An upgrade', (database) => {
  const migrations = readMigrations(database.name)
  const tags = migrations.map(({ tag }) => tag)
  const apply = async (url: string, chosen: readonly Migration[]) =>
    database.name === 'sqlite' ? migrateSqlite(url, chosen, start) : await migratePostgres(url, chosen, start)
  const broken = { tag: '9998_broken', statements: ['create table halfway (n integer)', 'select nonsense'] }
  const foreign = { tag: '9999_of_the_future', statements: ['create table future (n integer)'] }

  test.each(tags.slice(0, -1))('from %s keeps every row', async (tag) => {
    const url = await database.url()
    await apply(url, migrations.slice(0, tags.indexOf(tag) + 1))
    await runSql(url, seedStatements)
    const { applied } = await migrate(url, start)
    expect(applied).toEqual(tags.slice(tags.indexOf(tag) + 1))
    expect(await countRows(url)).toEqual(seededRows)
  })

  test('is done once, and its state can be asked for before and after', async () => {
    const url = await database.url()
    expect(await migrationStatus(url)).toEqual({ applied: [], pending: tags, unknown: [] })
    expect((await migrate(url, start)).applied).toEqual(tags)
    expect((await migrate(url, start)).applied).toEqual([])
    expect(await migrationStatus(url)).toEqual({ applied: tags, pending: [], unknown: [] })
  })

  test('that fails leaves the database as it was before that step', async () => {
    const url = await database.url()
    await expect(apply(url, [...migrations, broken])).rejects.toThrow()
    expect(await migrationStatus(url)).toEqual({ applied: tags, pending: [], unknown: [] })
    await expect(runSql(url, ['select * from halfway'])).rejects.toThrow()
  })

  test('by a newer version makes this one refuse to migrate and to open', async () => {
    const url = await database.url()
    await apply(url, [...migrations, foreign])
    const refusal = { code: 'unavailable', message: expect.stringContaining('9999_of_the_future') }
    await expect(migrate(url, start)).rejects.toMatchObject(refusal)
    await expect(openStore({ databaseUrl: url, dataFolder: 'unused' })).rejects.toMatchObject(refusal)
  })

  test('that is still to be done makes the store refuse to open', async () => {
    const url = await database.url()
    const opening = openStore({ databaseUrl: url, dataFolder: 'unused' })
    const message = expect.stringContaining('replyhq migrate')
    await expect(opening).rejects.toMatchObject({ code: 'unavailable', message })
  })
})

describe('An upgrade on SQLite', () => {
  const migrations = readMigrations('sqlite')

  test('that rebuilds a table keeps the rows that hang on it', async () => {
    const file = sqliteUrl()
    migrateSqlite(file, migrations, start)
    await runSql(file, seedStatements)
    const definition = 'key integer primary key not null, id text not null'
    const rebuild = {
      tag: '9999_rebuild',
      statements: [
        'PRAGMA foreign_keys=OFF',
        `CREATE TABLE __new_conversations (${definition})`,
        'INSERT INTO __new_conversations (key, id) SELECT key, id FROM conversations',
        'DROP TABLE conversations',
        'ALTER TABLE __new_conversations RENAME TO conversations',
      ],
    }
    const { copy } = migrateSqlite(file, [...migrations, rebuild], start)
    expect(await countRows(file)).toEqual(seededRows)
    expect(await countRows(copy ?? '')).toEqual(seededRows)
  })

  test('that would leave orphans is refused', async () => {
    const file = sqliteUrl()
    migrateSqlite(file, migrations, start)
    await runSql(file, seedStatements)
    const careless = { tag: '9999_careless', statements: ['delete from conversations'] }
    expect(() => migrateSqlite(file, [...migrations, careless], start)).toThrow('without their parents')
    expect(await countRows(file)).toEqual(seededRows)
  })

  test('copies the file before it, unless it is new or nothing is to be done', async () => {
    const file = sqliteUrl()
    expect(migrateSqlite(file, migrations.slice(0, 1), start).copy).toBeUndefined()
    const { copy } = migrateSqlite(file, migrations, start)
    expect(copy).toBe(`${file}.before-${migrations[1]?.tag}-${start}`)
    expect(statSync(copy ?? '').mode & 0o777).toBe(0o600)
    expect(migrateSqlite(file, migrations, start).copy).toBeUndefined()
    expect(readdirSync(dirname(file)).filter((name) => name.includes('before'))).toHaveLength(1)
  })
})
