import { setTimeout as delay } from 'node:timers/promises'
import { type Reports, runHooks, type StoredTransaction } from '../driver.js'
import { databaseCode, storageError } from '../errors.js'
import type { Connections } from './connections.js'

// Two transactions that met: serialization failure and deadlock. The work is run again from its beginning.
const CONFLICTS = new Set(['40001', '40P01'])
const ATTEMPTS = 5

/** Runs works in a transaction each. */
export class SingleTransactions {
  readonly #connections: Connections
  readonly #reports: Reports

  constructor(connections: Connections, reports: Reports) {
    this.#connections = connections
    this.#reports = reports
  }

  async run<Result>(work: (transaction: StoredTransaction) => Promise<Result>): Promise<Result> {
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
    const began = performance.now()
    const { result, hooks } = await this.#connections.inTransaction(async (handle) => {
      try {
        const result = await work(handle.transaction)
        return { result, hooks: handle.takeHooks() }
      } catch (error) {
        handle.takeHooks()
        throw error
      }
    })
    this.#reports.committed(1, (performance.now() - began) / 1_000)
    runHooks(hooks, this.#reports)
    return result
  }
}
