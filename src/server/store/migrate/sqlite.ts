import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { keepPrivate } from '../sqlite/private-file.js'
import type { Migration } from './files.js'
import { compare, type MigrationResult, type MigrationStatus, refuseNewer } from './status.js'

type Connection = Database.Database

/** The state of a file; one that is missing has everything pending and is not made. */
export function sqliteStatus(file: string, migrations: readonly Migration[]): MigrationStatus {
  if (!existsSync(file)) return compare(migrations, [])
  const connection = new Database(file, { readonly: true })
  try {
    return compare(migrations, appliedTags(connection))
  } finally {
    connection.close()
  }
}

/**
 * Applies what is pending, each migration in a transaction of its own. Another process that migrates is waited
 * for. A copy of the file is made before the first one, when the file holds anything.
 */
export function migrateSqlite(file: string, migrations: readonly Migration[], now: number): MigrationResult {
  keepPrivate(file)
  // Another migration may rebuild large tables before our turn comes.
  const connection = new Database(file, { timeout: 10 * 60_000 })
  try {
    connection.pragma('journal_mode = WAL')
    connection.pragma('synchronous = FULL')
    // Inside a transaction this would do nothing, and rows that hang on a rebuilt table would be deleted with it.
    connection.pragma('foreign_keys = OFF')
    return applyPending(connection, migrations, now)
  } finally {
    connection.close()
  }
}

function applyPending(
  connection: Connection,
  migrations: readonly Migration[],
  now: number,
): MigrationResult {
  const result: MigrationResult = { applied: [], copy: undefined }
  let more = true
  while (more) {
    more = connection
      .transaction(() => {
        const migration = nextPending(connection, migrations)
        if (migration === undefined) return false
        if (result.applied.length === 0) result.copy = copyFile(connection, migration, now)
        apply(connection, migration, now)
        result.applied.push(migration.tag)
        return true
      })
      .immediate()
  }
  return result
}

// Asked again inside every transaction, because another process may have been faster.
function nextPending(connection: Connection, migrations: readonly Migration[]): Migration | undefined {
  const status = compare(migrations, appliedTags(connection))
  refuseNewer(status)
  return migrations.find(({ tag }) => tag === status.pending[0])
}

function apply(connection: Connection, migration: Migration, now: number): void {
  connection.exec(
    'create table if not exists schema_migrations (tag text primary key, applied_at integer not null)',
  )
  for (const statement of migration.statements) connection.exec(statement)
  connection.prepare('insert into schema_migrations values (?, ?)').run(migration.tag, now)
  const orphans = connection.pragma('foreign_key_check') as unknown[]
  if (orphans.length > 0) {
    throw new Error(`Migration ${migration.tag} would leave ${orphans.length} rows without their parents.`)
  }
}

// Through a second connection, which sees the state before: VACUUM is not allowed inside a transaction.
function copyFile(connection: Connection, migration: Migration, now: number): string | undefined {
  if (appliedTags(connection).length === 0) return undefined
  const copy = `${connection.name}.before-${migration.tag}-${now}`
  const reader = new Database(connection.name, { readonly: true })
  keepPrivate(copy)
  try {
    reader.prepare('vacuum into ?').run(copy)
    return copy
  } finally {
    reader.close()
  }
}

function appliedTags(connection: Connection): string[] {
  const table = connection.prepare("select 1 from sqlite_master where name = 'schema_migrations'").get()
  if (table === undefined) return []
  return connection
    .prepare<[], string>('select tag from schema_migrations order by applied_at, tag')
    .pluck()
    .all()
}
