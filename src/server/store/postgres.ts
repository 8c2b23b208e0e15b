import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import {
  closedError,
  type Driver,
  nestedError,
  type Reports,
  runHooks,
  type StoredTransaction,
  TransactionHandle,
} from './driver.js'
import { storedDuplicates } from './duplicates/index.js'
import { databaseCode, storageError } from './errors.js'
import { pgDialect, pgKit } from './kit.js'
import { makeQueries, type StoredQueries } from './queries/index.js'
import { makeSchema } from './schema.js'
import { postgresSearch } from './search/postgres.js'

const schema = makeSchema(pgKit)

// Two transactions that met: serialization failure and deadlock. The work is run again from its beginning.
const CONFLICTS = new Set(['40001', '40P01'])
const ATTEMPTS = 5

const poolSettings: pg.PoolConfig = {
  // Also the wait for a free connection: a burst that the database works off is late, not lost.
  connectionTimeoutMillis: 30_000,
  idleTimeoutMillis: 30_000,
  statement_timeout: 15_000,
  // A node that hangs must not hold the locks of a conversation.
  idle_in_transaction_session_timeout: 30_000,
  application_name: 'replyhq',
}

/** Opens a migrated database with at most `connections` connections. */
export function openPostgres(url: string, connections: number, reports: Reports): Driver {
  const pool = new pg.Pool({ ...poolSettings, connectionString: url, max: connections })
  // An idle or busy client whose connection dies emits an error, which without a listener ends the process; the
  // query that was under way fails by itself, and the pool replaces the client.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', () => {})
  return new PostgresDriver(pool, reports)
}

class PostgresDriver implements Driver {
  readonly read: StoredQueries
  readonly #pool: pg.Pool
  readonly #reports: Reports
  readonly #inside = new AsyncLocalStorage<true>()
  readonly #lanes = new Map<number, Promise<void>>()
  readonly #handles = new WeakMap<pg.PoolClient, TransactionHandle>()

  constructor(pool: pg.Pool, reports: Reports) {
    this.#pool = pool
    this.#reports = reports
    this.read = queriesOn(pool)
  }

  async transaction<Result>(
    work: (transaction: StoredTransaction) => Promise<Result>,
    lane?: number,
  ): Promise<Result> {
    if (this.#inside.getStore()) throw nestedError()
    return lane === undefined ? this.#run(work) : this.#inLane(lane, () => this.#run(work))
  }

  // Postgres lets go of a row's lock before it answers the COMMIT, so on a busy machine the next transaction of a
  // conversation was seen to finish first. They would wait for each other's lock anyway.
  #inLane<Result>(lane: number, run: () => Promise<Result>): Promise<Result> {
    const finished = (this.#lanes.get(lane) ?? Promise.resolve()).then(run)
    const settled = finished.then(nothing, nothing).then(() => {
      if (this.#lanes.get(lane) === settled) this.#lanes.delete(lane)
    })
    this.#lanes.set(lane, settled)
    return finished
  }

  async #run<Result>(work: (transaction: StoredTransaction) => Promise<Result>): Promise<Result> {
    if (this.#pool.ending) throw closedError()
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(work)
      } catch (error) {
        if (attempt === ATTEMPTS || !CONFLICTS.has(databaseCode(error) ?? '')) throw storageError(error)
        // Apart from each other, or the same two would meet again.
        await delay(Math.random() * 10 * 2 ** attempt)
      }
    }
  }

  async #attempt<Result>(work: (transaction: StoredTransaction) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect()
    const handle = this.#handleOf(client)
    let broken: Error | undefined
    try {
      await client.query('begin isolation level read committed')
      const result = await this.#inside.run(true, work, handle.transaction)
      await client.query('commit')
      runHooks(handle.takeHooks(), this.#reports)
      return result
    } catch (error) {
      handle.takeHooks()
      broken = await rollback(client)
      throw error
    } finally {
      client.release(broken)
    }
  }

  #handleOf(client: pg.PoolClient): TransactionHandle {
    const known = this.#handles.get(client)
    if (known !== undefined) return known
    const handle = new TransactionHandle(queriesOn(client))
    this.#handles.set(client, handle)
    return handle
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}

const nothing = () => {}

/** Gives the failure of a rollback: the connection is of no more use. */
async function rollback(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback')
    return undefined
  } catch (error) {
    return error as Error
  }
}

function queriesOn(client: pg.Pool | pg.PoolClient): StoredQueries {
  const db = drizzle(client)
  const parts = { db, schema, dialect: pgDialect }
  return makeQueries({
    ...parts,
    search: postgresSearch(db, schema),
    duplicates: storedDuplicates(parts),
  })
}
