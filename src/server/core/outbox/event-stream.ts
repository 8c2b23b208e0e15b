import type { CoreContext } from '../context.js'
import type { Cursors } from '../cursors.js'
import { isOfAllKinds } from '../gaps.js'
import type { App } from '../model.js'
import { assertMay } from '../permissions.js'
import type { EventPlace } from '../ports/outbox.js'
import type { Staff } from '../principal.js'
import { type Listeners, readUntilFact } from './listeners.js'
import type { EventType, OutboxEvent } from './model.js'
import { readable } from './readable.js'

/** An event with the cursor that leads on from it. */
export interface PlacedEvent extends Pick<OutboxEvent, 'id' | 'type' | 'at' | 'data'> {
  cursor: string
}

export interface EventPage {
  events: PlacedEvent[]
  /** Leads on from the last of them, or from where this page began. */
  cursor: string
}

export interface EventQuery {
  /** Absent: behind the last event. */
  after?: string
  /** Absent or empty: all. */
  types?: EventType[]
  limit: number
  /** How long to wait for a first event, at most 30 s. */
  waitMs?: number
  /** Ends the wait. */
  signal?: AbortSignal
}

const hourMs = 3_600_000
// Events of an app are written down from its first reading on, and for a week after the last.
const keptForReadersMs = 7 * 24 * hourMs
const longestWaitMs = 30_000
// What is committed may be hidden behind a longer transaction for a moment, and a bus may lose a word.
const lookAgainMs = { told: 50, untold: 1_000 }

/** The events of an app in the order in which they happened, for those who ask. */
export class EventStream {
  readonly #context: CoreContext
  readonly #cursors: Cursors
  readonly #listeners: Listeners
  readonly #waiting = new Map<number, Set<() => void>>()
  #closed = false

  constructor(context: CoreContext, cursors: Cursors, listeners: Listeners) {
    this.#context = context
    this.#cursors = cursors
    this.#listeners = listeners
    context.bus.subscribe((event) => {
      if (event.type === 'outbox.written') this.#wake(event.appKey)
    })
    context.bus.onGap((gap) => {
      if (isOfAllKinds(gap)) this.#wakeAll()
    })
  }

  async page(staff: Staff, query: EventQuery): Promise<EventPage> {
    assertMay(staff, 'app.read')
    const { app } = staff
    await this.#keepForReaders(app)
    const { outboxEvents } = this.#context.store.read
    const place =
      query.after === undefined ? await outboxEvents.end(app.key) : this.#placeOf(app, query.after)
    const { rows, end } = await this.#await(staff, place, query)
    return { events: rows.map((row) => this.#placed(app, row)), cursor: this.#cursorOf(app, end) }
  }

  /** Ends all waits, so that the server can stop. */
  close(): void {
    this.#closed = true
    this.#wakeAll()
  }

  /** The next events that the reader may see, and behind which place one goes on. */
  async #await(
    staff: Staff,
    begin: EventPlace,
    query: EventQuery,
  ): Promise<{ rows: OutboxEvent[]; end: EventPlace }> {
    const { clock, store } = this.#context
    let end = begin
    const until = clock.now() + Math.min(query.waitMs ?? 0, longestWaitMs)
    let told = false
    for (;;) {
      const turn = this.#turn(staff.app.key, query.signal)
      try {
        const found = await store.read.outboxEvents.after(staff.app.key, end, query)
        end = found.at(-1) ?? end
        const rows = await readable(store.read, staff, found)
        if (rows.length > 0 || this.#closed || query.signal?.aborted === true) return { rows, end }
        // A whole page that is not for this reader: the next may be.
        if (found.length > 0) continue
        const left = until - clock.now()
        if (left <= 0) return { rows, end }
        told = await turn.within(Math.min(left, told ? lookAgainMs.told : lookAgainMs.untold))
      } finally {
        turn.end()
      }
    }
  }

  /** Begun before the look, so that nothing that comes meanwhile is missed. */
  #turn(appKey: number, signal: AbortSignal | undefined) {
    const waiting = this.#waiting.get(appKey) ?? new Set()
    this.#waiting.set(appKey, waiting)
    const { promise, resolve } = withResolvers<boolean>()
    const wake = () => resolve(true)
    waiting.add(wake)
    signal?.addEventListener('abort', wake)
    return {
      /** Gives whether something was written, and not only time passed. */
      within: (milliseconds: number) => {
        const cancel = this.#context.clock.after(milliseconds, () => resolve(false))
        return promise.finally(cancel)
      },
      end: () => {
        waiting.delete(wake)
        signal?.removeEventListener('abort', wake)
        if (waiting.size === 0) this.#waiting.delete(appKey)
      },
    }
  }

  #wake(appKey: number): void {
    for (const wake of this.#waiting.get(appKey) ?? []) wake()
  }

  #wakeAll(): void {
    for (const appKey of this.#waiting.keys()) this.#wake(appKey)
  }

  /** Renewed once an hour at most: reading must not mean writing. */
  async #keepForReaders(app: App): Promise<void> {
    const { store, clock, bus } = this.#context
    const now = clock.now()
    const known = this.#listeners.known(app.key) ?? (await this.#listeners.load(store.read, app.key))
    if (known.loggedUntil > now + keptForReadersMs - hourMs) return
    await store.transaction(async (transaction) => {
      await transaction.instance.set(readUntilFact(app.key), String(now + keptForReadersMs))
      transaction.afterCommit(() => bus.publish({ type: 'outbox.changed', appKey: app.key, appId: app.id }))
    })
  }

  #placed(app: App, row: OutboxEvent): PlacedEvent {
    const { id, type, at, data } = row
    return { id, type, at, data, cursor: this.#cursorOf(app, row) }
  }

  #cursorOf(app: App, { transaction, key }: EventPlace): string {
    return this.#cursors.encodeAll(listOf(app), [transaction, key])
  }

  #placeOf(app: App, cursor: string): EventPlace {
    const [transaction = 0, key = 0] = this.#cursors.decodeAll(listOf(app), cursor, 2, ofNoEvent)
    return { transaction, key }
  }
}

const ofNoEvent =
  "This cursor is none of an event's. Take it from an event (a line of replyhq tail --json), or leave it out to begin with what comes next."
const listOf = ({ key }: App) => `events ${key}`

function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
