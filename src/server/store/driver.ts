import { AppError } from '../core/errors.js'
import type { Transaction } from '../core/ports.js'
import type { StoredQueries } from './queries/index.js'

/** What runs inside a transaction, with what the store itself needs. */
export type StoredTransaction = StoredQueries & Pick<Transaction, 'afterCommit'>

/** What a database must offer; all above it is shared. */
export interface Driver {
  /** Never inside anyone's open transaction. */
  read: StoredQueries
  /**
   * Runs the work alone on one connection; resolves only after COMMIT and the hooks, rejects only after ROLLBACK.
   * Hooks of one lane run in the order of its commits. The work may be run again from its beginning. It must not be
   * called by the work of another transaction, which SQLite refuses; on Postgres nobody looks, because following every
   * promise to know it took a tenth of a message on Node 20.
   */
  transaction<Result>(
    work: (transaction: StoredTransaction) => Promise<Result>,
    lane?: number,
  ): Promise<Result>
  close(): Promise<void>
}

/** What went wrong where nobody waits for the answer. */
export interface Reports {
  /** A hook after a commit threw: what it belongs to is stored. */
  hookFailed(error: unknown): void
  /** The database must not be written any more; the process should end and start again. */
  broken(error: AppError): void
  /** A commit succeeded, which carried so many transactions; seconds with the work in it. */
  committed(transactions: number, seconds: number): void
}

const none: readonly (() => void)[] = []

/** One handle for all transactions of a connection, which come one after the other. */
export class TransactionHandle {
  readonly transaction: StoredTransaction
  #hooks: (() => void)[] = []

  constructor(queries: StoredQueries) {
    this.transaction = { ...queries, afterCommit: (hook) => this.#hooks.push(hook) }
  }

  /** Hands over what the work wants to have run after its commit, and forgets it. */
  takeHooks(): readonly (() => void)[] {
    const hooks = this.#hooks
    if (hooks.length === 0) return none
    this.#hooks = []
    return hooks
  }
}

/** Runs what waited for the commit. One that throws is reported, and the others run. */
export function runHooks(hooks: readonly (() => void)[], reports: Reports): void {
  for (const hook of hooks) {
    try {
      hook()
    } catch (error) {
      reports.hookFailed(error)
    }
  }
}

export const closedError = () =>
  new AppError('unavailable', 'The server is shutting down and stores nothing more. Try again in a moment.')

export const nestedError = () =>
  new Error('A transaction was begun inside a transaction: use the handle that the outer one was given.')
