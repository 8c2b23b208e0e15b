import type { CoreContext } from '../context.js'
import type { Health } from './health.js'
import { Lanes } from './lanes.js'
import type { Delivery, OutboxEvent } from './model.js'
import type { Troubles } from './troubles.js'

const pageSize = 200
// Of a long lane no more is read ahead: it goes one by one.
const mostHeld = 2_000
// A lane waits at least so long for one that failed, or it would be read again and again.
const shortestWaitMs = 1_000

/** What was read ahead of one webhook's deliveries, with their events, in lanes. */
export class Backlog {
  readonly lanes = new Lanes()
  readonly #context: CoreContext
  readonly #webhookKey: number
  readonly #troubles: Troubles
  readonly #health: Health
  /** By key, from when they were read until what became of them is committed: not to be read again. */
  readonly #held = new Map<number, Promise<void> | null>()
  readonly #events = new Map<number, OutboxEvent>()
  #reading: Promise<void> | null = null
  /** There may be more in the database than was read. */
  #more = false
  #stopped = false

  constructor(context: CoreContext, webhookKey: number, troubles: Troubles, health: Health) {
    this.#context = context
    this.#webhookKey = webhookKey
    this.#troubles = troubles
    this.#health = health
  }

  get empty(): boolean {
    return this.#held.size === 0 && this.#reading === null
  }

  /** Something may be due that was not read. */
  expectMore(): void {
    this.#more = true
  }

  /** Reads on where there may be more, and calls back when it has. */
  fill(read: () => void): void {
    if (!this.#more || this.#stopped || this.#held.size >= mostHeld) return
    this.#reading ??= this.#read()
      .catch((error) => this.#context.report(error, 'reading what is due for a webhook'))
      .finally(() => {
        this.#reading = null
        read()
      })
  }

  /** Undefined when it is kept no longer. */
  eventOf({ eventKey }: Delivery): OutboxEvent | undefined {
    return eventKey === null ? undefined : this.#events.get(eventKey)
  }

  /** Holds one that has begun until `ended` settles; whoever began it releases it. */
  hold({ key }: Delivery, ended: Promise<void>): void {
    this.#held.set(key, ended)
  }

  release(deliveries: readonly Delivery[]): void {
    for (const { key, eventKey } of deliveries) {
      this.#held.delete(key)
      if (eventKey !== null) this.#events.delete(eventKey)
    }
  }

  /** Nothing more begins, and nothing more is read. */
  stop(): void {
    this.#stopped = true
    this.release(this.lanes.clearAll())
  }

  /** Settles when nothing is read and nothing is under way any more. */
  async ended(): Promise<void> {
    await this.#reading
    await Promise.all(this.#held.values())
  }

  async #read(): Promise<void> {
    this.#more = false
    const { deliveries } = this.#context.store.read
    // What is written while this reads would look as if it were still to be sent.
    const known = new Set(this.#held.keys())
    const limit = pageSize + known.size
    // Fresh ones and repeated ones are read apart, so that neither starves behind many of the other.
    const [fresh, repeated] = await Promise.all([
      deliveries.due(this.#webhookKey, 0, 0, limit),
      deliveries.due(this.#webhookKey, 1, this.#context.clock.now(), limit),
    ])
    if (fresh.length === limit || repeated.length === limit) this.#more = true
    const read = [...fresh, ...repeated].filter((delivery) => !known.has(delivery.key))
    await this.#remember(read)
    if (!this.#stopped) await this.#queue(read)
  }

  async #remember(read: readonly Delivery[]): Promise<void> {
    const keys = new Set(read.flatMap(({ eventKey }) => (eventKey === null ? [] : [eventKey])))
    for (const known of this.#events.keys()) keys.delete(known)
    if (keys.size === 0) return
    for (const event of await this.#context.store.read.outboxEvents.byKeys([...keys]))
      this.#events.set(event.key, event)
  }

  async #queue(read: readonly Delivery[]): Promise<void> {
    const late: Late[] = []
    const now = this.#context.clock.now()
    const soonest = now + Math.max(shortestWaitMs, this.#health.patienceMs(now))
    for (const delivery of read) {
      const ahead = this.#troubles.ahead(delivery)
      if (ahead !== undefined) late.push({ delivery, until: Math.max(ahead.nextAttemptAt, soonest) })
      else {
        this.#held.set(delivery.key, null)
        this.lanes.add(delivery)
      }
    }
    if (late.length > 0) await this.#postpone(late)
  }

  async #postpone(late: readonly Late[]): Promise<void> {
    await this.#context.store.transaction(async (transaction) => {
      for (const time of new Set(late.map(({ until }) => until))) {
        const same = late.filter(({ until }) => until === time).map(({ delivery }) => delivery.key)
        await transaction.deliveries.postpone(same, time)
      }
    })
    this.release(late.map(({ delivery }) => delivery))
  }
}

/** One whose lane waits for another that failed. */
interface Late {
  delivery: Delivery
  until: number
}
