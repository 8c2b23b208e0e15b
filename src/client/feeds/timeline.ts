import type { Message } from '../types/wire.js'
import { placeBefore } from './order.js'
import { furtherStatus } from './status.js'

export type Placed = 'fresh' | 'changed' | 'early' | 'ignored'

/**
 * The messages of a conversation in their order, each once and in its newest state. It is always the end of the
 * conversation without a hole: what comes too early waits until what is between has come.
 */
export class Timeline {
  readonly messages: Message[] = []
  readonly #byId = new Map<string, Message>()
  readonly #early = new Map<string, Message>()
  /** Asked for with each message that waits to be sent: looking through a long conversation took most of the time. */
  readonly #localIds = new Set<string>()
  #lastSequence = 0
  #firstSequence = 1

  /** The last sequence that stands here. */
  get lastSequence(): number {
    return this.#lastSequence
  }

  /** The first sequence that stands here: what is before it was not loaded. */
  get firstSequence(): number {
    return this.#firstSequence
  }

  get hasHole(): boolean {
    return this.#early.size > 0
  }

  has(id: string): boolean {
    return this.#byId.has(id)
  }

  hasLocal(localId: string): boolean {
    return this.#localIds.has(localId)
  }

  /** Begins again with a page, ascending; `lastSequence` is the conversation's when the page is empty. */
  load(page: readonly Message[], lastSequence: number): void {
    this.messages.length = 0
    this.#byId.clear()
    this.#localIds.clear()
    const sequences = page.flatMap(({ sequence }) => (sequence === null ? [] : [sequence]))
    this.#firstSequence = Math.min(lastSequence + 1, ...sequences)
    this.#lastSequence = Math.max(lastSequence, ...sequences)
    for (const message of page) this.#insert(message)
  }

  /** Adds the page before the first. */
  prepend(page: readonly Message[]): Message[] {
    const added = page.filter(({ id }) => !this.#byId.has(id))
    for (const message of added) {
      this.#insert(message)
      this.#firstSequence = Math.min(this.#firstSequence, message.sequence ?? this.#firstSequence)
    }
    return added
  }

  /** Takes a message, new or changed, and tells what became of it. */
  put(message: Message): Placed {
    const known = this.#byId.get(message.id)
    if (known !== undefined) return this.#change(known, message)
    const { sequence, after_sequence: after } = message
    if (after < this.#firstSequence - 1) return 'ignored'
    if (sequence === null ? after > this.#lastSequence : sequence > this.#lastSequence + 1) {
      if (message.revision >= (this.#early.get(message.id)?.revision ?? 0))
        this.#early.set(message.id, message)
      return 'early'
    }
    this.#insert(message)
    if (sequence !== null) this.#lastSequence = Math.max(this.#lastSequence, sequence)
    return 'fresh'
  }

  /** A waiting message whose turn has come; undefined when there is none. */
  takeEarly(): Message | undefined {
    for (const [id, { sequence, after_sequence: after }] of this.#early) {
      if (after > this.#lastSequence || (sequence ?? 0) > this.#lastSequence + 1) continue
      const message = this.#early.get(id)
      this.#early.delete(id)
      return message
    }
    return undefined
  }

  dropEarly(): void {
    this.#early.clear()
  }

  /** Changes one message by its id, without a look at its revision; false when it is not here. */
  patch(id: string, change: (message: Message) => Message): Message | undefined {
    const known = this.#byId.get(id)
    if (known === undefined) return undefined
    const changed = change(known)
    this.#replace(known, changed)
    return changed
  }

  #change(known: Message, message: Message): Placed {
    if (message.revision < known.revision) return 'ignored'
    const status = furtherStatus(known.status, message.status)
    if (message.revision === known.revision && status === known.status) return 'ignored'
    this.#replace(known, { ...message, status })
    return 'changed'
  }

  #insert(message: Message): void {
    this.#byId.set(message.id, message)
    if (message.local_id !== null) this.#localIds.add(message.local_id)
    let index = this.messages.length
    for (; index > 0; index--) {
      const before = this.messages[index - 1]
      if (before === undefined || placeBefore(before, message)) break
    }
    this.messages.splice(index, 0, message)
  }

  #replace(known: Message, changed: Message): void {
    this.#byId.set(changed.id, changed)
    const index = this.messages.lastIndexOf(known)
    if (index >= 0) this.messages[index] = changed
  }
}
