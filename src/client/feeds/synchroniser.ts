import { backoffDelay } from '../backoff.js'
import { ReplyHqError } from '../errors.js'
import type { ClientClock } from '../types/ports.js'

interface Work {
  connected(): boolean
  /** One round; true when another must follow at once. */
  round(): Promise<boolean>
  failed(error: ReplyHqError): void
}

// Events of other nodes and views made after a commit overtake each other by less than this; asking
// the server at once would be in vain.
const patience = 250
const backoff = { first: 500, longest: 15_000 }

/** Brings something up to date with the server: one round at a time, again while there is need. */
export class Synchroniser {
  readonly #clock: ClientClock
  readonly #work: Work
  #running = false
  #again = false
  #failures = 0
  #cancel: (() => void) | null = null
  #closed = false

  constructor(clock: ClientClock, work: Work) {
    this.#clock = clock
    this.#work = work
  }

  now(): void {
    this.#cancelWait()
    if (this.#closed || !this.#work.connected()) return
    this.#again = true
    if (!this.#running) void this.#run()
  }

  /** Soon, if `needed` still holds then. */
  soon(needed: () => boolean): void {
    if (this.#cancel !== null) return
    this.#cancel = this.#clock.after(patience, () => {
      this.#cancel = null
      if (needed()) this.now()
    })
  }

  close(): void {
    this.#closed = true
    this.#cancelWait()
  }

  async #run(): Promise<void> {
    this.#running = true
    try {
      while (this.#again && !this.#closed) {
        this.#again = false
        if (await this.#work.round()) this.#again = true
        this.#failures = 0
      }
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#running = false
    }
    // Asked for by a new connection while the round of the old one was failing.
    if (this.#again) this.now()
  }

  #failed(cause: unknown): void {
    const error =
      cause instanceof ReplyHqError ? cause : new ReplyHqError('internal', String(cause), { cause })
    if (!error.passing) {
      this.#again = false
      this.#work.failed(error)
      return
    }
    this.#failures += 1
    this.#cancel ??= this.#clock.after(backoffDelay(backoff, this.#failures, this.#clock), () => {
      this.#cancel = null
      this.now()
    })
  }

  #cancelWait(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}
