import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { getTableName } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { liteKit } from '../../../src/server/store/kit.js'
import * as postgresEntry from '../../../src/server/store/schema/postgres.entry.js'
import * as sqliteEntry from '../../../src/server/store/schema/sqlite.entry.js'
import { makeSchema } from '../../../src/server/store/schema.js'
import { temporaryFolder } from '../../helpers/databases.js'
import { repositoryRoot } from '../../helpers/sources.js'

// drizzle-kit writes nothing and succeeds when it wants to ask something and there is no terminal, so a forgotten
// migration shows only in that generating again writes one.
test.each([
  ['sqlite', 'sqlite'],
  ['postgres', 'postgresql'],
])('the migrations of %s hold everything that the schema says', (name, dialect) => {
  const folder = temporaryFolder()
  cpSync(join(repositoryRoot, 'migrations', name), folder, { recursive: true })
  const before = readdirSync(folder)
  const schema = join(repositoryRoot, `src/server/store/schema/${name}.entry.ts`)
  const kit = join(repositoryRoot, 'node_modules/drizzle-kit/bin.cjs')
  const options = [
    'generate',
    '--dialect',
    dialect,
    '--schema',
    schema,
    '--out',
    relative(repositoryRoot, folder),
  ]
  const output = execFileSync(process.execPath, [kit, ...options], { cwd: repositoryRoot, encoding: 'utf8' })
  expect(readdirSync(folder)).toEqual(before)
  expect(output).toContain('No schema changes')
})

test('drizzle-kit is shown every table', () => {
  const tables = Object.values(makeSchema(liteKit)).map((table) => getTableName(table))
  expect(Object.values(sqliteEntry).map((table) => getTableName(table))).toEqual(tables)
  expect(
    Object.values(postgresEntry)
      .map((table) => getTableName(table))
      .sort(),
  ).toEqual([...tables].sort())
})
