import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../../package-root.js'

/** One step of the schema, with its statements in order. */
export interface Migration {
  tag: string
  statements: string[]
}

/** All migrations of one database, oldest first, as drizzle-kit's journal lists them. */
export function readMigrations(kind: 'sqlite' | 'postgres'): Migration[] {
  const folder = join(packageRoot, 'migrations', kind)
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
