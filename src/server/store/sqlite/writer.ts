import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import {
  closedError,
  nestedError,
  type Reports,
  runHooks,
  type StoredTransaction,
  TransactionHandle,
} from '../driver.js'
import { databaseCode, isFatal, storageError, unavailable } from '../errors.js'
import type { StoredQueries } from '../queries/index.js'
import type { RecentDuplicates } from './duplicates.js'
import type { WriteCounter } from './session.js'

/** What the writer works with, all on its connection. */
interface Parts {
  queries: StoredQueries
  written: WriteCounter
  duplicates: RecentDuplicates
}

interface Job {
  work: (transaction: StoredTransaction) => Promise<unknown>
  resolve: (result: never) => void
  reject: (error: unknown) => void
}

/** How a job ended, told to its caller once the commit has succeeded. */
interface Ending {
  job: Job
  hooks: readonly (() => void)[]
  failed: boolean
  /** What it gave, or what it threw. */
  outcome: unknown
}

/** A job threw after it had written, so the transaction holds half of it. */
class HalfWritten extends Error {}

// Bounds what one failed commit takes along, and how long the event loop is kept from its sockets.
const LARGEST_BATCH = 256
// How long another process (a command of the instance) may hold the file before a write is refused.
const BUSY_MS = 5_000

/**
 * The one writer of a SQLite file. The queue is its mutex; what came in during a turn of the event loop is
 * committed together, which makes FULL cost what NORMAL costs.
 *
 * A batch is run without savepoints first, which cost 2 µs a message. When a job throws after it wrote something,
 * everything is rolled back and run again with a savepoint for each job.
 */
export class Writer {
  readonly #connection: Database.Database
  readonly #handle: TransactionHandle
  readonly #written: WriteCounter
  readonly #duplicates: RecentDuplicates
  readonly #reports: Reports
  readonly #statements: Record<
    'begin' | 'commit' | 'rollback' | 'save' | 'release' | 'undo',
    Database.Statement
  >
  #jobs: Job[] = []
  #draining: Promise<void> | undefined
  #refusal: Error | undefined
  #oneTurn = false
  #insideWork = false

  constructor(connection: Database.Database, { queries, written, duplicates }: Parts, reports: Reports) {
    this.#connection = connection
    this.#handle = new TransactionHandle(queries)
    this.#written = written
    this.#duplicates = duplicates
    this.#reports = reports
    this.#statements = {
      begin: connection.prepare('begin immediate'),
      commit: connection.prepare('commit'),
      rollback: connection.prepare('rollback'),
      save: connection.prepare('savepoint job'),
      release: connection.prepare('release job'),
      undo: connection.prepare('rollback to job'),
    }
  }

  add<Result>(work: (transaction: StoredTransaction) => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.#insideWork) return reject(nestedError())
      if (this.#refusal !== undefined) return reject(this.#refusal)
      this.#jobs.push({ work, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Lets the queue run empty and takes nothing more. */
  async close(): Promise<void> {
    this.#refusal ??= closedError()
    await this.#draining
  }

  async #drain(): Promise<void> {
    while (this.#jobs.length > 0) {
      // With microtasks no batch would ever form, and sockets would wait for the queue to run empty.
      await nextTurn()
      await this.#runBatch(this.#jobs.splice(0, LARGEST_BATCH))
    }
    this.#draining = undefined
  }

  async #runBatch(batch: readonly Job[]): Promise<void> {
    let endings: Ending[]
    try {
      endings = await this.#commitBatch(batch)
    } catch (error) {
      this.#abandon(batch, error)
      return
    }
    for (const ending of endings) this.#settle(ending)
  }

  async #commitBatch(batch: readonly Job[]): Promise<Ending[]> {
    const began = performance.now()
    await this.#begin()
    let endings: Ending[]
    try {
      endings = await this.#runJobs(batch, false)
    } catch (error) {
      if (!(error instanceof HalfWritten)) throw error
      this.#statements.rollback.run()
      await this.#begin()
      endings = await this.#runJobs(batch, true)
    }
    const afterCommit = this.#duplicates.beforeCommit()
    this.#statements.commit.run()
    afterCommit()
    this.#reports.committed(batch.length, (performance.now() - began) / 1_000)
    return endings
  }

  async #begin(): Promise<void> {
    const deadline = performance.now() + BUSY_MS
    for (;;) {
      try {
        this.#statements.begin.run()
        this.#duplicates.begun()
        return
      } catch (error) {
        if (databaseCode(error) !== 'SQLITE_BUSY' || performance.now() > deadline) throw error
        await delay(5)
      }
    }
  }

  /**
   * Work that keeps to the rules runs through in one turn of the event loop, in which nobody else comes to call:
   * whoever asks for a transaction meanwhile is inside this one. Asking an AsyncLocalStorage instead would cost
   * every promise of the process 0.1 µs on Node 20, 4 % of a message.
   */
  async #runJobs(batch: readonly Job[], saved: boolean): Promise<Ending[]> {
    this.#oneTurn = true
    const turnEnded = setImmediate(() => {
      this.#oneTurn = false
      this.#insideWork = false
    })
    try {
      const endings: Ending[] = []
      for (const job of batch) endings.push(await (saved ? this.#runSaved(job) : this.#run(job)))
      return endings
    } finally {
      clearImmediate(turnEnded)
    }
  }

  async #run(job: Job): Promise<Ending> {
    const writtenBefore = this.#written.statements
    const ending = await this.#attempt(job)
    if (ending.failed && this.#written.statements !== writtenBefore) throw new HalfWritten()
    return ending
  }

  async #runSaved(job: Job): Promise<Ending> {
    const { save, release, undo } = this.#statements
    save.run()
    const ending = await this.#attempt(job)
    if (ending.failed) undo.run()
    release.run()
    return ending
  }

  async #attempt(job: Job): Promise<Ending> {
    this.#insideWork = this.#oneTurn
    try {
      const outcome = await job.work(this.#handle.transaction)
      return { job, hooks: this.#handle.takeHooks(), failed: false, outcome }
    } catch (outcome) {
      this.#handle.takeHooks()
      // Some failures (a full disk) undo the whole transaction; going on would commit each statement by itself.
      if (!this.#connection.inTransaction) throw outcome
      return { job, hooks: [], failed: true, outcome }
    } finally {
      this.#insideWork = false
    }
  }

  #settle({ job, hooks, failed, outcome }: Ending): void {
    if (failed) {
      job.reject(storageError(outcome))
      return
    }
    runHooks(hooks, this.#reports)
    job.resolve(outcome as never)
  }

  #abandon(batch: readonly Job[], cause: unknown): void {
    if (isFatal(cause)) this.#break(cause)
    else this.#rollBack()
    const error = storageError(cause)
    for (const job of batch) job.reject(error)
  }

  #rollBack(): void {
    try {
      if (this.#connection.inTransaction) this.#statements.rollback.run()
    } catch (error) {
      this.#break(error)
    }
  }

  #break(cause: unknown): void {
    const error = unavailable(
      'The database file is damaged or its disk fails. See the log, check the disk, and restart.',
      cause,
    )
    this.#refusal = error
    for (const job of this.#jobs.splice(0)) job.reject(error)
    this.#reports.broken(error)
  }
}
