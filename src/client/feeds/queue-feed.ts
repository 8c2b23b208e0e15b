import type { ReplyHqError } from '../errors.js'
import { Listeners } from '../live/listeners.js'
import type { QueueFeed, QueueItem } from '../types/feeds.js'
import type { AdminAcks } from '../types/live.js'
import type { ClientClock, Unsubscribe } from '../types/ports.js'
import type { AdminPushes } from '../types/wire.js'
import { inserted, itemOf } from './queue-order.js'
import { Synchroniser } from './synchroniser.js'

type Change = AdminPushes['queue:changed']

export interface QueuePorts {
  readonly clock: ClientClock
  connected(): boolean
  list(limit: number): Promise<AdminAcks['queue:list']>
}

// As many as a page may hold; a queue is longer only on a bad day, and nobody reads further.
const held = 200
// With fewer left than this, and more waiting behind them, the next page is fetched.
const fewest = 50

/** The queue of an app: a snapshot and the numbered changes since. A hole in the numbers fetches it again. */
export class LiveQueueFeed implements QueueFeed {
  readonly ready: Promise<void>
  readonly #listeners = new Listeners<void>()
  readonly #sync: Synchroniser
  readonly #ports: QueuePorts
  readonly #waiting = new Map<number, Change>()
  #items: readonly QueueItem[] = []
  #size = 0
  #change: number | null = null
  #refreshed: ((error?: ReplyHqError) => void)[] = []

  constructor(ports: QueuePorts) {
    this.#ports = ports
    this.#sync = new Synchroniser(ports.clock, {
      connected: () => ports.connected(),
      round: () => this.#round(),
      failed: (error) => this.#settle(error),
    })
    this.ready = this.refresh()
    // Whoever waits for it sees the rejection; nobody has to.
    this.ready.catch(() => {})
  }

  get items(): readonly QueueItem[] {
    return this.#items
  }

  get size(): number {
    return this.#size
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  refresh(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#refreshed.push((error) => (error === undefined ? resolve() : reject(error)))
      this.#sync.now()
    })
  }

  /** The connection is there, or events may have been missed. */
  resync(): void {
    this.#sync.now()
  }

  changed(change: Change): void {
    if (this.#change !== null && change.change <= this.#change) return
    this.#waiting.set(change.change, change)
    if (this.#change === null) return
    this.#applyWaiting()
    if (this.#incomplete()) this.#sync.soon(() => this.#incomplete())
  }

  refused(error: ReplyHqError): void {
    this.#settle(error)
  }

  close(): void {
    this.#sync.close()
  }

  async #round(): Promise<boolean> {
    const { queue, size, change } = await this.#ports.list(held)
    this.#items = queue.map(itemOf)
    this.#size = size
    this.#change = change
    for (const number of [...this.#waiting.keys()]) if (number <= change) this.#waiting.delete(number)
    this.#applyWaiting()
    this.#listeners.tell()
    this.#settle()
    return false
  }

  #applyWaiting(): void {
    if (this.#change === null) return
    for (let next = this.#change + 1; ; next++) {
      const change = this.#waiting.get(next)
      if (change === undefined) return
      this.#waiting.delete(next)
      this.#apply(change)
    }
  }

  #apply({ added = [], removed = [], size, change }: Change): void {
    // Behind the last one held there may be others between: those are left to the next snapshot.
    const whole = this.#items.length >= this.#size
    const gone = new Set(removed)
    let items: readonly QueueItem[] = this.#items.filter(({ conversation_id: id }) => !gone.has(id))
    for (const entry of added) {
      const others = items.filter(({ conversation_id: id }) => id !== entry.conversation_id)
      const more = inserted(others, { ...entry, details: null })
      items = whole || more.at(-1)?.conversation_id !== entry.conversation_id ? more : others
    }
    this.#items = items
    this.#size = size
    this.#change = change
    this.#listeners.tell()
  }

  #incomplete(): boolean {
    return this.#waiting.size > 0 || this.#items.length < Math.min(this.#size, fewest)
  }

  #settle(error?: ReplyHqError): void {
    for (const settle of this.#refreshed.splice(0)) settle(error)
  }
}
