import { type Reports, runHooks, type StoredTransaction } from '../driver.js'
import { storageError } from '../errors.js'
import type { Connections } from './connections.js'
import type { Ending } from './group.js'
import type { SingleTransactions } from './single.js'

interface Job {
  readonly lane: number
  readonly work: (transaction: StoredTransaction) => Promise<unknown>
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
}

// Bounds what one failed commit takes along, and how many works may have to go on one after the other.
const LARGEST_GROUP = 64
// A group that takes so long waits for somebody: another may begin beside it.
const SLOW_MS = 20

/**
 * Transactions of conversations, one at a time in each: Postgres lets go of a row's lock before it answers the
 * COMMIT, so on a busy machine the next transaction of a conversation was seen to finish first. What comes in while
 * a group is under way goes into the next one, so that groups grow with the load.
 */
export class Lanes {
  readonly #connections: Connections
  readonly #single: SingleTransactions
  readonly #reports: Reports
  readonly #most: number
  /** What waits behind the job under way, by lane. */
  readonly #behind = new Map<number, Job[]>()
  #ready: Job[] = []
  #groups = 0
  #slow = 0
  #starting = false

  /** Of the pool at most so many connections are used. */
  constructor(connections: Connections, single: SingleTransactions, reports: Reports, most: number) {
    this.#most = most
    this.#connections = connections
    this.#single = single
    this.#reports = reports
  }

  add<Result>(work: (transaction: StoredTransaction) => Promise<Result>, lane: number): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const job = { lane, work, resolve, reject }
      const behind = this.#behind.get(lane)
      if (behind !== undefined) {
        behind.push(job)
        return
      }
      this.#behind.set(lane, [])
      this.#ready.push(job)
      this.#start()
    })
  }

  /** Begins in the next turn of the event loop, so that all that came in during this one goes together. */
  #start(): void {
    if (this.#starting || this.#ready.length === 0) return
    if (this.#groups > this.#slow || this.#groups === this.#most) return
    this.#starting = true
    setImmediate(() => {
      this.#starting = false
      void this.#runGroup(this.#ready.splice(0, LARGEST_GROUP))
    })
  }

  async #runGroup(jobs: readonly Job[]): Promise<void> {
    this.#groups += 1
    let isSlow = false
    const slow = setTimeout(() => {
      isSlow = true
      this.#slow += 1
      this.#start()
    }, SLOW_MS)
    // With one alone there is nothing to share.
    await (jobs.length === 1 ? this.#runSingly(jobs) : this.#runTogether(jobs))
    clearTimeout(slow)
    this.#groups -= 1
    if (isSlow) this.#slow -= 1
    this.#start()
  }

  async #runTogether(jobs: readonly Job[]): Promise<void> {
    const began = performance.now()
    let endings: readonly Ending[] | undefined
    try {
      await this.#connections.inGroup(async (group) => {
        endings = await group.run(jobs.map(({ work }) => work))
      })
    } catch (error) {
      // Before its COMMIT nothing is stored, so each may be run again by itself; after it nobody knows.
      if (endings === undefined) return this.#runSingly(jobs)
      for (const job of jobs) this.#finish(job, () => job.reject(storageError(error)))
      return
    }
    this.#reports.committed(jobs.length, (performance.now() - began) / 1_000)
    const outside = jobs.filter((job, index) => this.#settle(job, endings?.[index]))
    // Not waited for: they may be waiting for a lock that somebody else holds.
    void this.#runSingly(outside)
  }

  /** Gives whether the job must be run by itself. */
  #settle(job: Job, ending: Ending | undefined): boolean {
    if (ending === undefined || ending.kind === 'outside') return true
    this.#finish(job, () => {
      if (ending.kind === 'refused') return job.reject(ending.error)
      runHooks(ending.hooks, this.#reports)
      job.resolve(ending.value as never)
    })
    return false
  }

  async #runSingly(jobs: readonly Job[]): Promise<void> {
    await Promise.all(
      jobs.map(async (job) => {
        try {
          const result = await this.#single.run(job.work)
          this.#finish(job, () => job.resolve(result as never))
        } catch (error) {
          this.#finish(job, () => job.reject(error))
        }
      }),
    )
  }

  #finish(job: Job, tell: () => void): void {
    tell()
    const behind = this.#behind.get(job.lane)
    const next = behind?.shift()
    if (next === undefined) this.#behind.delete(job.lane)
    else this.#ready.push(next)
    this.#start()
  }
}
