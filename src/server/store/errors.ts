import { AppError } from '../core/errors.js'

/** What the drivers put into an error to say what kind it is. */
interface Coded {
  code?: unknown
  cause?: unknown
  message?: unknown
}

const full =
  'The disk of the database is full, so nothing was stored. Make room on it; reading goes on meanwhile.'
const busy = 'The database is held by another process and nothing was stored. Try again in a moment.'
const broken =
  'The database file could not be written or read, so nothing was stored. See the log for the cause, check the disk, and restart.'
const unreachable =
  'The database does not answer, so nothing is certain to be stored. Check that it runs, and try again: sending twice is sending once.'

// SQLite's result codes: https://www.sqlite.org/rescode.html, extended ones by their prefix.
const sqliteFailures: readonly [RegExp, string][] = [
  [/^SQLITE_FULL/, full],
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, busy],
  [/^SQLITE_(IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM|PERM|AUTH)/, broken],
]

const uniqueViolations = new Set(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', '23505'])

// Postgres' classes (connection, resources, operator, system) and conflicts that outlasted their retries; then
// the names of the system and what pg says without a code when a connection ends.
const postgresFailure = /^(08|53|57|58|XX|28|3D)[0-9A-Z]{3}$|^(40001|40P01|55P03|25006)$/
const networkFailure = /^E(CONN[A-Z]+|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)$/
const connectionMessage =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout|timeout expired|Client was closed)/

/**
 * Turns a failure of the storage into `unavailable` with its cause kept, and a lost race for something that there
 * is once into `conflict`; everything else is given back as it is.
 */
export function storageError(error: unknown): unknown {
  if (error instanceof AppError) return error
  if (uniqueViolations.has(databaseCode(error) ?? ''))
    return new AppError('conflict', 'Somebody did the same at this very moment. Look again, then decide.')
  const sentence = sentenceFor(databaseError(error))
  return sentence === undefined ? error : unavailable(sentence, error)
}

/** Whether a database that is somewhere else did not answer. */
export const isUnreachable = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === 'unavailable' && error.message === unreachable

/** An `unavailable` that keeps what caused it, for the log. */
export function unavailable(sentence: string, cause?: unknown): AppError {
  const error = new AppError('unavailable', sentence)
  error.cause = cause
  return error
}

/** The database's own code of an error, under whatever the query builder has wrapped around it. */
export function databaseCode(error: unknown): string | undefined {
  const { code } = databaseError(error)
  return typeof code === 'string' ? code : undefined
}

/**
 * After these what the operating system holds of the file is unknown: syncing again may report success for pages
 * that were dropped, so the process must end and recover from what is on the disk.
 */
export function isFatal(error: unknown): boolean {
  return /^SQLITE_(IOERR_(FSYNC|DIR_FSYNC|SHM\w*)|CORRUPT|NOTADB)/.test(databaseCode(error) ?? '')
}

function databaseError(error: unknown): Coded {
  if (typeof error !== 'object' || error === null) return {}
  const { code, cause } = error as Coded
  return code === undefined && typeof cause === 'object' && cause !== null
    ? databaseError(cause)
    : (error as Coded)
}

function sentenceFor({ code, message }: Coded): string | undefined {
  if (typeof code !== 'string') {
    return typeof message === 'string' && connectionMessage.test(message) ? unreachable : undefined
  }
  const failure = sqliteFailures.find(([pattern]) => pattern.test(code))
  if (failure !== undefined) return failure[1]
  return postgresFailure.test(code) || networkFailure.test(code) ? unreachable : undefined
}
