import { storageError } from './errors.js'
import { readMigrations } from './migrate/files.js'
import { migrateSqlite, sqliteStatus } from './migrate/sqlite.js'
import type { MigrationResult, MigrationStatus } from './migrate/status.js'
import { targetOf } from './target.js'

export type { MigrationResult, MigrationStatus } from './migrate/status.js'

// Loaded only where it is used, like the driver.
const postgres = () => import('./migrate/postgres.js')

/** Applied, pending and unknown migrations of a database. Errors: `unavailable`. */
export async function migrationStatus(databaseUrl: string): Promise<MigrationStatus> {
  const target = targetOf(databaseUrl)
  const migrations = readMigrations(target.kind)
  try {
    return target.kind === 'sqlite'
      ? sqliteStatus(target.file, migrations)
      : await (await postgres()).postgresStatus(target.url, migrations)
  } catch (error) {
    throw storageError(error)
  }
}

/**
 * Applies pending migrations; makes the SQLite file when it is missing. Of two processes one does it, the other
 * waits. Errors: `unavailable`, also where a newer version has migrated the database.
 */
export async function migrate(databaseUrl: string, now = Date.now()): Promise<MigrationResult> {
  const target = targetOf(databaseUrl)
  const migrations = readMigrations(target.kind)
  try {
    return target.kind === 'sqlite'
      ? migrateSqlite(target.file, migrations, now)
      : await (await postgres()).migratePostgres(target.url, migrations, now)
  } catch (error) {
    throw storageError(error)
  }
}
