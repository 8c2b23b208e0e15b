import type { Conversation, ConversationStep, MessageRow } from '../../core/model.js'
import type { StoredTransaction } from '../driver.js'
import type { StoredQueries } from '../queries/index.js'
import type { Bulk, KeyedAdvance, Place } from './bulk.js'
import { Gathering } from './gathering.js'
import { Seat } from './seat.js'

export type Work = (transaction: StoredTransaction) => Promise<unknown>

/** How a work in a group ended: what it gave or threw, or that it must be run outside. */
export type Ending =
  | { kind: 'done'; value: unknown; hooks: readonly (() => void)[] }
  | { kind: 'refused'; error: unknown }
  | { kind: 'outside' }

/** A work threw when it had perhaps written: nothing of the group may be committed. */
export class GroupFailed extends Error {}

/**
 * Works of different conversations in one transaction of one connection. On the message path they go forward side by
 * side, and what they ask of the database is asked once for all of them. A work that asks anything else waits until
 * the others have got as far as they can, and then goes on alone to its end: nobody else is in between, so that it
 * finds what it would find by itself.
 */
export class Group {
  readonly finds: Gathering<Place, number[] | null>
  /** Of conversations that are locked already. */
  readonly rows: Gathering<number, Conversation | undefined>
  readonly advances: Gathering<KeyedAdvance, ConversationStep | undefined>
  readonly inserts: Gathering<Omit<MessageRow, 'key'>, number>
  readonly #queries: StoredQueries
  readonly #seats: Seat[] = []
  /** Works that wait for nobody. */
  #running = 0
  #toGoAlone: (() => void)[] = []

  constructor(bulk: Bulk, queries: StoredQueries) {
    this.finds = new Gathering(bulk.find)
    this.rows = new Gathering(async (keys) => {
      const rows = await queries.conversations.byKeys([...keys])
      return keys.map((key) => rows.find((row) => row.key === key))
    })
    this.advances = new Gathering(bulk.advance)
    this.inserts = new Gathering(bulk.insert)
    this.#queries = queries
  }

  /** Runs all inside the transaction that was begun on this connection. Throws GroupFailed. */
  async run(works: readonly Work[]): Promise<Ending[]> {
    this.#running = works.length
    const endings = await Promise.allSettled(works.map((work, index) => this.#seat(index).run(work)))
    return endings.map((ending) => {
      if (ending.status === 'rejected') throw ending.reason
      return ending.value
    })
  }

  /** Asks together with all others that get as far as this. */
  ask<Asked, Answer>(gathering: Gathering<Asked, Answer>, asked: Asked): Promise<Answer> {
    const answer = gathering.add(asked)
    this.pause()
    return answer
  }

  /** Settles when its turn has come: until it pauses, nobody else goes on. */
  alone(): Promise<void> {
    return new Promise((resolve) => {
      this.#toGoAlone.push(resolve)
      this.pause()
    })
  }

  /** A work waits, or has ended: the last one sees that it goes on. */
  pause(): void {
    this.#running -= 1
    if (this.#running === 0) void this.#goOn()
  }

  async #goOn(): Promise<void> {
    for (const gathering of [this.finds, this.rows, this.advances, this.inserts]) {
      const { waiting } = gathering
      if (waiting === 0) continue
      this.#running = waiting
      return gathering.flush()
    }
    const next = this.#toGoAlone.shift()
    if (next === undefined) return
    this.#running = 1
    next()
  }

  #seat(index: number): Seat {
    const seat = this.#seats[index] ?? new Seat(this, this.#queries)
    this.#seats[index] = seat
    return seat
  }
}
