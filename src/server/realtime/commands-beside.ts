import type { Bus, Clock, Store } from '../core/ports.js'

type Listener = Parameters<Bus['onGap']>[0]

/** How soon a server hears of what a command did. */
const everyMs = 1_000

/**
 * Hears of commands that work on the same database beside the server. They are no nodes and tell nobody; the audit log
 * is their only trace. What follows is what follows events that were missed: ended credentials are looked for, and
 * whoever watches looks afresh.
 */
export class CommandsBeside implements AsyncDisposable {
  readonly #store: Store
  readonly #clock: Clock
  readonly #report: (error: unknown, doing: string) => void
  readonly #listeners = new Set<Listener>()
  #seen = 0
  #stopped = false
  #cancel = () => {}
  #round: Promise<void> = Promise.resolve()

  constructor(store: Store, clock: Clock, report: (error: unknown, doing: string) => void) {
    this.#store = store
    this.#clock = clock
    this.#report = report
  }

  /** The same bus, whose listeners for gaps hear of commands too. */
  heardOn(bus: Bus): Bus {
    return {
      ...bus,
      onGap: (listener) => {
        this.#listeners.add(listener)
        const stop = bus.onGap(listener)
        return () => {
          this.#listeners.delete(listener)
          stop()
        }
      },
    }
  }

  /** What was done before is no news. */
  async start(): Promise<void> {
    this.#seen = await this.#store.read.audit.newestKey()
    this.#next()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#cancel()
    await this.#round
  }

  #next(): void {
    if (this.#stopped) return
    this.#cancel = this.#clock.after(everyMs, () => {
      this.#round = this.#look()
        .catch((error: unknown) => this.#report(error, 'looking for what commands did'))
        .finally(() => this.#next())
    })
  }

  async #look(): Promise<void> {
    const { audit } = this.#store.read
    const newest = await audit.newestKey()
    const before = this.#seen
    if (newest === before) return
    this.#seen = newest
    // Fewer than before: an app was deleted together with its log.
    if (newest < before || (await audit.operatorSince(before)))
      for (const listener of this.#listeners) listener({ of: 'everything' })
  }
}
