import type { Bus, Clock, Gap, Store } from '../core/ports.js'

type Listener = Parameters<Bus['onGap']>[0]

/** How soon a server hears of what a command did. */
const everyMs = 1_000
/** Postgres counts an event when it is written, which may be so long before its transaction commits. */
const commitMs = 15_000

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
  /** What was done up to here is known. */
  #settled = 0
  /** Which event was the newest, and since when: behind the settled ones, where others may still come. */
  readonly #marks: { key: number; at: number }[] = []
  /** Those of operators behind the settled ones that were told of. */
  readonly #told = new Set<number>()
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
    this.#settled = await this.#store.read.audit.newestKey()
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
    const known = this.#marks.at(-1)?.key ?? this.#settled
    // Fewer than before: an app was deleted together with its log.
    if (newest < known) this.#beginAnew(newest)
    else if (newest > known) this.#marks.push({ key: newest, at: this.#clock.now() })
    if (this.#marks.length === 0) return
    this.#tell(await audit.byOperatorsSince(this.#settled))
    this.#settle()
  }

  #beginAnew(newest: number): void {
    this.#settled = newest
    this.#marks.length = 0
    this.#told.clear()
    this.#tellAll({ of: 'everything' })
  }

  #tell(done: readonly { key: number; appKey: number | null }[]): void {
    const fresh = done.filter(({ key }) => !this.#told.has(key))
    if (fresh.length === 0) return
    for (const { key } of fresh) this.#told.add(key)
    const apps = new Set(fresh.map(({ appKey }) => appKey))
    this.#tellAll(
      apps.has(null)
        ? { of: 'everything' }
        : { of: 'whole apps', includes: (appKey: number) => apps.has(appKey) },
    )
  }

  #settle(): void {
    const now = this.#clock.now()
    for (
      let [oldest] = this.#marks;
      oldest !== undefined && now - oldest.at >= commitMs;
      [oldest] = this.#marks
    ) {
      this.#settled = oldest.key
      this.#marks.shift()
    }
    for (const key of this.#told) if (key <= this.#settled) this.#told.delete(key)
  }

  #tellAll(gap: Gap): void {
    for (const listener of this.#listeners) listener(gap)
  }
}
