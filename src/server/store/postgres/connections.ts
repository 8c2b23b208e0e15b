import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { closedError, TransactionHandle } from '../driver.js'
import { storedDuplicates } from '../duplicates/index.js'
import { pgDialect, pgKit } from '../kit.js'
import { makeQueries, type StoredQueries } from '../queries/index.js'
import { makeSchema } from '../schema.js'
import { postgresSearch } from '../search/postgres.js'
import { bulkOf } from './bulk.js'
import { Group } from './group.js'

const schema = makeSchema(pgKit)

const settings: pg.PoolConfig = {
  // Also the wait for a free connection: a burst that the database works off is late, not lost.
  connectionTimeoutMillis: 30_000,
  idleTimeoutMillis: 30_000,
  statement_timeout: 15_000,
  // A node that hangs must not hold the locks of a conversation.
  idle_in_transaction_session_timeout: 30_000,
  application_name: 'replyhq',
}

const BEGIN = 'begin isolation level read committed'

/**
 * The statements for many messages keep the plan that was made when the server began, on a new installation for empty
 * tables: until Postgres analysed them, 50 messages waited 32 ms for a look through all 16,500 that were there. They
 * go along indexes however few rows there are, and what has none must not be compiled for the cost that stands for that.
 */
export const BEGIN_GROUP = `${BEGIN}; set local enable_seqscan = off; set local jit = off`

/** A connection with what was prepared on it. */
interface Connection {
  readonly handle: TransactionHandle
  readonly group: Group
}

/** The pool, and what is made once for each of its connections. */
export class Connections {
  readonly read: StoredQueries
  readonly #pool: pg.Pool
  readonly #underWay = new Set<Promise<void>>()
  #closing = false
  readonly #known = new WeakMap<pg.PoolClient, Connection>()

  constructor(url: string, most: number) {
    this.#pool = new pg.Pool({ ...settings, connectionString: url, max: most })
    // An idle or busy client whose connection dies emits an error, which without a listener ends the process; the
    // query that was under way fails by itself, and the pool replaces the client.
    this.#pool.on('connect', (client) => client.on('error', () => {}))
    this.#pool.on('error', () => {})
    this.read = queriesOn(this.#pool)
  }

  /**
   * Runs the work inside a transaction of a connection of its own, which it must not begin or end; gives its result
   * after COMMIT. What fails before the COMMIT is rolled back.
   */
  inTransaction<Result>(work: (handle: TransactionHandle) => Promise<Result>): Promise<Result> {
    return this.#track(this.#run(BEGIN, ({ handle }) => work(handle)))
  }

  /** The same for a group of works. */
  inGroup<Result>(work: (group: Group) => Promise<Result>): Promise<Result> {
    return this.#track(this.#run(BEGIN_GROUP, ({ group }) => work(group)))
  }

  #track<Result>(running: Promise<Result>): Promise<Result> {
    const ended: Promise<void> = running.then(nothing, nothing).then(() => {
      this.#underWay.delete(ended)
    })
    this.#underWay.add(ended)
    return running
  }

  async #run<Result>(begin: string, work: (connection: Connection) => Promise<Result>): Promise<Result> {
    if (this.#closing) throw closedError()
    const client = await this.#pool.connect()
    let broken: Error | undefined
    try {
      await client.query(begin)
      const result = await work(this.#connectionOf(client))
      await client.query('commit')
      return result
    } catch (error) {
      broken = await rollback(client)
      throw error
    } finally {
      client.release(broken)
    }
  }

  #connectionOf(client: pg.PoolClient): Connection {
    const known = this.#known.get(client)
    if (known !== undefined) return known
    const queries = queriesOn(client)
    const group = new Group(bulkOf({ db: drizzle(client), schema }), queries)
    const connection = { handle: new TransactionHandle(queries), group }
    this.#known.set(client, connection)
    return connection
  }

  /** Lets what is under way end and takes nothing more. */
  async close(): Promise<void> {
    this.#closing = true
    // The pool forgets who waits for a connection when it ends.
    await Promise.all(this.#underWay)
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
