import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../core/errors.js'
import type { Queries, Store, Transaction } from '../core/ports.js'
import { around } from './around.js'
import { unfinishedCopy } from './copy/mark.js'
import type { Driver, Reports } from './driver.js'
import { storageError, unavailable } from './errors.js'
import { refuseNewer, refusePending } from './migrate/status.js'
import { migrationStatus } from './migrate.js'
import { openSqlite } from './sqlite.js'
import { targetOf } from './target.js'

export interface StoreOptions {
  /** `postgres://…` or the path of a SQLite file; without it, replyhq.db in the data folder. */
  databaseUrl?: string
  dataFolder: string
  /** Keeps a second server off a SQLite file. Commands that work beside a running server leave it out. */
  exclusive?: boolean
  /** Connections to Postgres, at most. */
  connections?: number
  /** Told of a hook that threw after its commit. */
  hookFailed?: (error: unknown) => void
  /** Told once that nothing can be written any more: the process must end and start again. */
  broken?: (error: AppError) => void
  /** Told of every commit: how many transactions it carried, and seconds. */
  committed?: (transactions: number, seconds: number) => void
}

const HEALTH_MS = 2_000
// As many as one search adds to the index in one transaction.
const INDEXED_AT_ONCE = 500

/**
 * Opens a database that is migrated. Errors: `unavailable` where it cannot be reached, is used by another server,
 * or was migrated by an older or newer version.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const databaseUrl = options.databaseUrl ?? join(options.dataFolder, 'replyhq.db')
  const status = await migrationStatus(databaseUrl)
  refuseNewer(status)
  refusePending(status)
  try {
    const driver = await openDriver(databaseUrl, options)
    await refuseUnfinished(driver)
    return new DatabaseStore(driver)
  } catch (error) {
    throw storageError(error)
  }
}

/** A database into which a copy went half way must not begin a life of its own. */
async function refuseUnfinished(driver: Driver): Promise<void> {
  if ((await driver.read.instance.get(unfinishedCopy)) === undefined) return
  await driver.close()
  throw unavailable(
    'A copy into this database is not finished. Run `replyhq migrate copy` again: it goes on where it stopped.',
  )
}

// The driver of Postgres is only loaded where it is used: it takes 30 MB and a quarter of a second.
async function openDriver(databaseUrl: string, options: StoreOptions): Promise<Driver> {
  const target = targetOf(databaseUrl)
  const reports: Reports = {
    hookFailed: options.hookFailed ?? ((error) => process.emitWarning(error as Error)),
    broken: options.broken ?? ((error) => process.emitWarning(error)),
    committed: options.committed ?? (() => {}),
  }
  if (target.kind === 'sqlite') return openSqlite(target.file, options.exclusive ?? false, reports)
  const { openPostgres } = await import('./postgres.js')
  return openPostgres(target.url, options.connections ?? 10, reports)
}

class DatabaseStore implements Store {
  readonly read: Queries
  readonly #driver: Driver

  constructor(driver: Driver) {
    this.#driver = driver
    const read = clear(driver.read)
    this.read = { ...read, search: { conversations: this.#search, refresh: read.search.refresh } }
  }

  transaction<Result>(work: (transaction: Transaction) => Promise<Result>, lane?: number): Promise<Result> {
    return this.#driver.transaction(work, lane)
  }

  indexForSearch(limit: number): Promise<number> {
    return this.#driver.transaction((transaction) => transaction.search.indexMissing(limit))
  }

  // The message path leaves the index alone, so a search brings it up to date first.
  readonly #search: Queries['search']['conversations'] = async (appKey, text, options) => {
    await this.#indexAll()
    return this.#driver.read.search.conversations(appKey, text, options)
  }

  /** Where nothing can be written, as on a full disk, a search finds what is indexed. */
  async #indexAll(): Promise<void> {
    try {
      while ((await this.indexForSearch(INDEXED_AT_ONCE)) === INDEXED_AT_ONCE);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unavailable') throw error
    }
  }

  async healthy(): Promise<boolean> {
    const answer = this.read.instance.get('health').then(
      () => true,
      () => false,
    )
    return Promise.race([answer, delay(HEALTH_MS, false, { ref: false })])
  }

  close(): Promise<void> {
    return this.#driver.close()
  }
}

/** The same queries, their failures told in sentences. */
const clear = (queries: Queries): Queries =>
  around(queries, (method) => async (...values) => {
    try {
      return await method(...values)
    } catch (error) {
      throw storageError(error)
    }
  })
