import type { Logger } from '../logger.js'
import type { Clock } from './core/ports.js'
import { isUnreachable } from './store/errors.js'

type Report = (error: unknown, doing: string) => void

interface Options {
  readonly clock: Clock
  readonly logger: Logger
  /** Says whether the database answers; never throws. */
  healthy(): Promise<boolean>
}

const lookMs = 1_000

/**
 * Tells the log once when the database is away, and once when it is back. Everything that looks for work every second
 * fails meanwhile: that were 80 to 100 lines with their stacks in 25 s, and none of them said more than the first.
 */
export class DatabaseOutage implements Disposable {
  readonly #options: Options
  #failed = 0
  #cancel: (() => void) | null = null

  constructor(options: Options) {
    this.#options = options
  }

  /** A way to report that leaves out what fails because the database does not answer. */
  sparing(report: Report): Report {
    return (error, doing) => {
      if (isUnreachable(error)) this.#noticed(error, doing)
      else report(error, doing)
    }
  }

  [Symbol.dispose](): void {
    this.#cancel?.()
  }

  #noticed(error: Error, doing: string): void {
    this.#failed += 1
    if (this.#failed > 1) return
    void this.#follow(this.#options.clock.now(), { doing, cause: rootOf(error).message })
  }

  async #follow(since: number, first: object): Promise<void> {
    const { clock, logger, healthy } = this.#options
    if (await healthy())
      logger.warn({ ...first, ...this.#settle() }, 'the database did not answer for a moment')
    else {
      logger.error(
        first,
        'The database does not answer: until it does, nothing is stored and most requests are refused. Check that it runs. What was to be done is tried again.',
      )
      do await this.#pause()
      while (!(await healthy()))
      const seconds = Math.round((clock.now() - since) / 1_000)
      logger.info({ seconds, ...this.#settle() }, `The database answers again, after ${seconds} s.`)
    }
  }

  /** How many things failed, which are counted anew from here. */
  #settle(): { failed: number } {
    const failed = this.#failed
    this.#failed = 0
    return { failed }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#cancel = this.#options.clock.after(lookMs, resolve)
    })
  }
}

/** What the query builder wraps around it names the statement and its values, which are no business of a log. */
const rootOf = (error: Error): Error => (error.cause instanceof Error ? rootOf(error.cause) : error)
