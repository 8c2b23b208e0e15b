import { AppError } from '../../core/errors.js'
import type { Migration } from './files.js'

/** Tags of migrations, oldest first. */
export interface MigrationStatus {
  applied: string[]
  pending: string[]
  /** Applied by a newer version; this one must not touch the data. */
  unknown: string[]
}

/** What was done, and where the copy made before lies (SQLite, when there was something to copy). */
export interface MigrationResult {
  applied: string[]
  copy: string | undefined
}

/** Compares what the database has with what this version knows. */
export function compare(migrations: readonly Migration[], applied: readonly string[]): MigrationStatus {
  const known = migrations.map(({ tag }) => tag)
  return {
    applied: known.filter((tag) => applied.includes(tag)),
    pending: known.filter((tag) => !applied.includes(tag)),
    unknown: applied.filter((tag) => !known.includes(tag)),
  }
}

/** Throws `unavailable` where a newer version has migrated the database. */
export function refuseNewer({ unknown }: MigrationStatus): void {
  if (unknown.length === 0) return
  throw new AppError(
    'unavailable',
    `A newer ReplyHQ has upgraded this database (${unknown.join(', ')}). ` +
      'Install that version, or restore the backup that was made before the upgrade.',
  )
}

/** Throws `unavailable` where migrations are still to be applied. */
export function refusePending({ pending }: MigrationStatus): void {
  if (pending.length === 0) return
  throw new AppError(
    'unavailable',
    `The database lacks ${pending.length} migration(s) (${pending.join(', ')}). Run "replyhq migrate".`,
  )
}
