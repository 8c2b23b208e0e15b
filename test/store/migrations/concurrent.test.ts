import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { readMigrations } from '../../../src/server/store/migrate/files.js'
import { eachDatabase } from '../../helpers/databases.js'
import { repositoryRoot } from '../../helpers/sources.js'

const built = join(repositoryRoot, 'dist/src/server/store/migrate.js')
const run = promisify(execFile)

/** The tags that a process of its own applied. */
async function migrateElsewhere(url: string): Promise<string[]> {
  if (!existsSync(built)) throw new Error('This test runs the built program. Run "npm run build" first.')
  const program = `import { migrate } from ${JSON.stringify(built)}
    const { applied } = await migrate(process.argv[1])
    console.log(JSON.stringify(applied))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program, url])
  return JSON.parse(stdout)
}

eachDatabase('Three processes that migrate at once', (database) => {
  test('apply every migration once between them, and none fails', async () => {
    const url = await database.url()
    const applied = await Promise.all([1, 2, 3].map(() => migrateElsewhere(url)))
    expect(applied.flat().sort()).toEqual(readMigrations(database.name).map(({ tag }) => tag))
  })
})
