import type { CoreContext } from '../context.js'
import type { Transaction } from '../ports.js'
import type { AttemptResult } from './attempt.js'
import type { Delivery } from './model.js'

/** What one attempt came to. */
export interface Result {
  delivery: Delivery
  /** Null where nothing could be sent. */
  attempt: AttemptResult | null
  /** Null: it arrived. */
  patch: Partial<Delivery> | null
  /** What else is written with it. */
  also?: (transaction: Transaction) => Promise<unknown>
}

interface Waiting extends Result {
  written: () => void
}

const mostAtOnce = 500
const againAfterMs = 1_000

/** Writes results: what comes while one transaction is under way goes into the next, so that many cost few commits. */
export class Results {
  readonly #context: CoreContext
  #waiting: Waiting[] = []
  #writing = false

  constructor(context: CoreContext) {
    this.#context = context
  }

  /** Settles once it is committed, however long the database is away. */
  add(result: Result): Promise<void> {
    return new Promise((written) => {
      this.#waiting.push({ ...result, written })
      if (!this.#writing) void this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      // What other attempts end in this turn of the event loop shares the commit.
      await new Promise((resolve) => setImmediate(resolve))
      const batch = this.#waiting.splice(0, mostAtOnce)
      try {
        await this.#context.store.transaction((transaction) => write(transaction, batch))
        for (const { written } of batch) written()
      } catch (error) {
        this.#context.report(error, 'writing what became of deliveries')
        this.#waiting.unshift(...batch)
        await new Promise<void>((resolve) => this.#context.clock.after(againAfterMs, resolve))
      }
    }
    this.#writing = false
  }
}

async function write(transaction: Transaction, batch: readonly Result[]): Promise<void> {
  await transaction.deliveries.insertAttempts(
    batch.flatMap(({ delivery, attempt }) =>
      attempt === null ? [] : [{ ...attempt, deliveryKey: delivery.key }],
    ),
  )
  const arrived = arrivals(batch)
  for (const status of new Set(arrived.map(({ attempt }) => attempt.status))) {
    const same = arrived.filter(({ attempt }) => attempt.status === status)
    const at = Math.max(...same.map(({ attempt }) => attempt.at))
    await transaction.deliveries.succeed(
      same.map(({ delivery }) => delivery.key),
      at,
      status ?? 0,
    )
  }
  for (const { delivery, patch, also } of batch) {
    if (patch !== null) await transaction.deliveries.settle(delivery.id, patch)
    await also?.(transaction)
  }
}

const arrivals = (batch: readonly Result[]) =>
  batch.flatMap(({ delivery, attempt, patch }) =>
    patch === null && attempt !== null ? [{ delivery, attempt }] : [],
  )
