import Database from 'better-sqlite3'
import { databaseCode, unavailable } from '../errors.js'
import { keepPrivate } from './private-file.js'

/**
 * Keeps other servers off a database file. The lock is the operating system's, on a file beside it: it goes with
 * the process, however that ends. Gives a function that releases it. Errors: `unavailable`.
 */
export function lockFile(file: string): () => void {
  keepPrivate(`${file}.lock`)
  const lock = new Database(`${file}.lock`, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
    return () => lock.close()
  } catch (error) {
    lock.close()
    if (databaseCode(error) !== 'SQLITE_BUSY') throw error
    throw unavailable(
      `Another ReplyHQ server already uses ${file}. Stop it first, or give this one a database of its own.`,
      error,
    )
  }
}
