import type { Database, Statement } from 'better-sqlite3'
import type { MessageRow } from '../../core/model.js'
import type { DuplicateIndex } from '../duplicates/index.js'
import { DEDUPED } from '../queries/watermarks.js'

// So many wait in memory: adding them takes about 2 ms, for which everybody waits.
const ADDED_AT_ONCE = 1_024

interface Tail {
  key: number
  conversationKey: number
  dedupe: number
}

/**
 * The index of local ids for the one writer. Written at each insert it costs 7 of 32 µs a message, a page for every
 * conversation; so the latest are kept in memory and go into the index together. What the memory holds follows from
 * the messages behind the index' watermark, so that nothing is lost with the process.
 */
export class RecentDuplicates implements DuplicateIndex {
  readonly #recent = new Map<number, Map<number, number[]>>()
  readonly #indexed: Statement<[number, number], number>
  readonly #tail: Statement<[], Tail>
  readonly #version: Statement<[], number>
  readonly #add: Statement<[]>
  readonly #mark: Statement<[]>
  #size = 0
  #seenVersion = -1

  constructor(connection: Database) {
    const through = `coalesce((select cast(value as integer) from instance_facts where name = '${DEDUPED}'), 0)`
    this.#indexed = connection
      .prepare<[number, number], number>(
        'select message_key from message_dedupe where conversation_key = ? and dedupe = ?',
      )
      .pluck()
    this.#tail = connection.prepare(
      `select key, conversation_key as conversationKey, dedupe from messages
       where key > ${through} and dedupe is not null`,
    )
    this.#version = connection.prepare<[], number>('pragma data_version').pluck()
    // Without NOT INDEXED the order makes SQLite read all messages along another index.
    this.#add = connection.prepare(
      `insert into message_dedupe select conversation_key, dedupe, key from messages not indexed
       where key > ${through} and dedupe is not null order by conversation_key, dedupe`,
    )
    this.#mark = connection.prepare(
      `insert into instance_facts values ('${DEDUPED}', (select coalesce(max(key), 0) from messages))
       on conflict do update set value = excluded.value`,
    )
  }

  async find(conversationKey: number, dedupe: number): Promise<number[]> {
    const indexed = this.#indexed.all(conversationKey, dedupe)
    const recent = this.#recent.get(conversationKey)?.get(dedupe)
    return recent === undefined ? indexed : [...indexed, ...recent]
  }

  inserted({ conversationKey, dedupe }: Pick<MessageRow, 'conversationKey' | 'dedupe'>, key: number): void {
    if (dedupe === null) return
    const ofConversation = this.#recent.get(conversationKey) ?? new Map<number, number[]>()
    this.#recent.set(conversationKey, ofConversation)
    ofConversation.set(dedupe, [...(ofConversation.get(dedupe) ?? []), key])
    this.#size += 1
  }

  /** At the beginning of a transaction: takes over what other processes have written. */
  begun(): void {
    const version = this.#version.get() ?? 0
    if (version === this.#seenVersion) return
    this.#seenVersion = version
    this.#forget()
    for (const message of this.#tail.all()) this.inserted(message, message.key)
  }

  /** Before a commit: adds what has gathered to the index, from time to time. Gives what to do after the commit. */
  beforeCommit(): () => void {
    if (this.#size < ADDED_AT_ONCE) return () => {}
    this.#add.run()
    this.#mark.run()
    return () => this.#forget()
  }

  #forget(): void {
    this.#recent.clear()
    this.#size = 0
  }
}
