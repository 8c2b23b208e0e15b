import { AppError } from '../../core/errors.js'
import { around } from '../around.js'
import { TransactionHandle } from '../driver.js'
import type { StoredQueries } from '../queries/index.js'
import type { Place } from './bulk.js'
import { type Ending, type Group, GroupFailed, type Work } from './group.js'

/**
 * How far a work has got: it asked nothing yet; its conversation is locked; it wrote; nobody else goes on until it
 * ends; it must be run outside the group.
 */
type Standing = 'new' | 'placed' | 'written' | 'alone' | 'outside'

/** The place of one work in a group: its queries know who asks. */
export class Seat {
  readonly #group: Group
  readonly #handle: TransactionHandle
  #standing: Standing = 'new'
  /** The key of the conversation that is locked for the work. */
  #holds: number | undefined
  #turn: Promise<void> | undefined

  constructor(group: Group, queries: StoredQueries) {
    this.#group = group
    this.#handle = new TransactionHandle(this.#seated(queries))
  }

  /** Throws GroupFailed when the work threw and may have written. */
  async run(work: Work): Promise<Ending> {
    this.#begin()
    try {
      const value = await work(this.#handle.transaction)
      const hooks = this.#handle.takeHooks()
      return this.#standing === 'outside' ? { kind: 'outside' } : { kind: 'done', value, hooks }
    } catch (error) {
      this.#handle.takeHooks()
      return this.#refusal(error)
    } finally {
      this.#group.pause()
    }
  }

  #begin(): void {
    this.#standing = 'new'
    this.#holds = undefined
    this.#turn = undefined
  }

  #refusal(error: unknown): Ending {
    if (this.#standing === 'outside') return { kind: 'outside' }
    const wroteNothing = this.#standing === 'new' || this.#standing === 'placed'
    if (error instanceof AppError && wroteNothing) return { kind: 'refused', error }
    throw new GroupFailed('A work threw inside a group.', { cause: error })
  }

  /** What the message path asks is asked together with others; for anything else the work goes on alone. */
  #seated(queries: StoredQueries): StoredQueries {
    const alone = around(queries, (method) => async (...values) => {
      await this.#aloneFromHere()
      return method(...values)
    })
    const { advances, inserts, rows } = this.#group
    const { duplicate } = alone.messages
    return {
      ...alone,
      messages: {
        ...alone.messages,
        duplicate: async (conversationKey, dedupe, localId, senderType, senderKey) =>
          (await this.#isFirst({ conversationKey, dedupe }))
            ? undefined
            : duplicate(conversationKey, dedupe, localId, senderType, senderKey),
        insert: (row) => (this.#writes() ? this.#group.ask(inserts, row) : alone.messages.insert(row)),
      },
      conversations: {
        ...alone.conversations,
        lock: (key) =>
          key === this.#holds && this.#standing !== 'alone'
            ? this.#group.ask(rows, key)
            : alone.conversations.lock(key),
        advance: (key, advance) =>
          this.#writes()
            ? this.#group.ask(advances, { key, ...advance })
            : alone.conversations.advance(key, advance),
      },
    }
  }

  /** Takes the place in the conversation; gives whether no other message has this hash there. */
  async #isFirst(place: Place): Promise<boolean> {
    if (this.#standing !== 'new') return false
    this.#standing = 'placed'
    const found = await this.#group.ask(this.#group.finds, place)
    if (found === null) throw this.#outside()
    this.#holds = place.conversationKey
    return found.length === 0
  }

  /** Whether the work may write beside others. */
  #writes(): boolean {
    if (this.#standing === 'placed') this.#standing = 'written'
    return this.#standing === 'written'
  }

  /** What does not begin by taking its place is no message. */
  #aloneFromHere(): Promise<void> {
    if (this.#standing === 'new') throw this.#outside()
    this.#turn ??= this.#group.alone().then(() => {
      this.#standing = 'alone'
    })
    return this.#turn
  }

  #outside(): Error {
    this.#standing = 'outside'
    return new Error('This work is run outside the group.')
  }
}
