import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One step of the schema, with its statements in order. */
export interface Migration {
  tag: string
  statements: string[]
}

/** All migrations of one database, oldest first, as drizzle-kit's journal lists them. */
export function readMigrations(kind: 'sqlite' | 'postgres'): Migration[] {
  const folder = join(migrationsRoot(), kind)
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { tag: string }[]
  }
  return journal.entries.map(({ tag }) => ({ tag, statements: readStatements(join(folder, `${tag}.sql`)) }))
}

function readStatements(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('--> statement-breakpoint')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}

// Sources and compiled files lie at different depths under the package, whose root holds the migrations.
function migrationsRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'migrations/sqlite/meta'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('The migrations folder is missing. Install ReplyHQ again.')
    folder = parent
  }
  return join(folder, 'migrations')
}
