import type { ConversationEvent, ConversationRef, DomainEvent, MessageEvent } from '../../core/events.js'
import type { Message } from '../../core/model.js'
import type { Clock } from '../../core/ports.js'
import type { Missing, ReadMissing } from './stored-messages.js'
import { type Standing, ToldSequences } from './told-sequences.js'

interface Held {
  readonly events: DomainEvent[]
  cancel: () => void
}

interface Options {
  readonly clock: Clock
  /** Whether what is missing can still come. */
  patient(): boolean
  /** Since when what other nodes said may not have come; null when it has. Milliseconds. */
  missingSince(): number | null
  readMissing: ReadMissing
  deliver(event: DomainEvent): void
  /** The messages of this event's conversation could not be put in order. */
  gap(event: MessageEvent): void
  report(error: unknown, doing: string): void
}

/** A message with a place in its conversation's order. */
type Placed = MessageEvent & { readonly message: { readonly sequence: number } }

/** Longer than a commit's event takes to the other nodes (1 to 5 ms measured), shorter than a client's own patience. */
const patienceMs = 200
/** A database that answers later leaves it to the clients. */
const readMs = 5_000

/**
 * Brings the new messages of a conversation in the order of their sequences, whichever node stored them. Two nodes may
 * commit 5 and 6, and the event of 6 be faster: it waits for 5, and with it everything of its conversation that comes
 * after it. What does not come in time is read from the store, and told as if it had come. Where that is too much or
 * fails, it is told as a gap.
 */
export class MessageOrder {
  readonly #options: Options
  readonly #told = new ToldSequences()
  readonly #held = new Map<number, Held>()

  constructor(options: Options) {
    this.#options = options
  }

  take(event: DomainEvent): void {
    if (isPlaced(event)) this.#takeMessage(event)
    else this.#takeOther(event)
  }

  #takeMessage(event: Placed): void {
    const key = event.conversation.conversationKey
    const standing = this.#told.standing(key, event.message.sequence)
    const held = this.#held.get(key)
    if (held !== undefined && waits(standing)) {
      held.events.push(event)
      return
    }
    const missing = this.#missingBefore(event, standing)
    if (missing !== null) this.#hold(key, event, missing)
    else {
      this.#pass(event)
      this.#drain(key)
    }
  }

  /** Null when it need not wait. */
  #missingBefore({ conversation, message: { sequence } }: Placed, standing: Standing): Missing | null {
    if (standing === 'ahead') return this.#missingAfterLast(conversation.conversationKey, sequence)
    if (standing !== 'first' || sequence === 1) return null
    const since = this.#options.missingSince()
    return since === null ? null : { since, before: sequence }
  }

  #missingAfterLast(key: number, before: number): Missing {
    return { after: this.#told.last(key) ?? 0, before }
  }

  #takeOther(event: DomainEvent): void {
    const held = 'conversation' in event ? this.#held.get(event.conversation.conversationKey) : undefined
    if (held !== undefined) {
      held.events.push(event)
      return
    }
    if (event.type === 'conversation.created' || event.type === 'conversation.updated') this.#view(event)
    this.#options.deliver(event)
  }

  /** So that also the first messages that are heard of a conversation come in order. */
  #view({ conversation: { conversationKey }, view }: ConversationEvent): void {
    this.#told.view(conversationKey, view.conversation.lastSequence)
  }

  #hold(key: number, event: Placed, missing: Missing): void {
    const held = { events: [event], cancel: () => {} }
    this.#held.set(key, held)
    if ('after' in missing) this.#wait(key, held)
    else this.#read(key, held, event, missing)
  }

  #wait(key: number, held: Held): void {
    const { clock, patient } = this.#options
    const read = () => {
      const [first] = inOrder(held.events)
      if (first !== undefined)
        this.#read(key, held, first, this.#missingAfterLast(key, first.message.sequence))
    }
    if (patient()) held.cancel = clock.after(patienceMs, read)
    else read()
  }

  #read(key: number, held: Held, { conversation }: Placed, missing: Missing): void {
    const { clock, readMissing, report } = this.#options
    held.cancel = clock.after(readMs, () => this.#giveUp(key, held))
    readMissing(conversation, missing).then(
      (messages) => this.#fill(key, held, conversation, messages),
      (error: unknown) => {
        report(error, 'reading messages whose events did not come')
        this.#giveUp(key, held)
      },
    )
  }

  #fill(key: number, held: Held, conversation: ConversationRef, messages: Message[] | null): void {
    if (this.#held.get(key) !== held) return
    held.cancel()
    const before = this.#told.last(key)
    for (const message of messages ?? []) this.#pass({ type: 'message.created', conversation, message })
    const [first] = inOrder(held.events)
    // Where nothing is known and nothing is missing, it is the first.
    if (messages !== null && first !== undefined && this.#told.last(key) === undefined) this.#pass(first)
    this.#drain(key)
    // Meanwhile further ones may have come that skip some.
    if (messages !== null && this.#told.last(key) !== before) this.#goOn(key, held)
    else this.#giveUp(key, held)
  }

  #goOn(key: number, held: Held): void {
    if (this.#held.get(key) === held) this.#wait(key, held)
  }

  /** What waited for the messages that have just come. */
  #drain(key: number): void {
    const held = this.#held.get(key)
    if (held === undefined) return
    for (let index = this.#due(key, held); index >= 0; index = this.#due(key, held)) {
      const [event] = held.events.splice(index, 1)
      if (event !== undefined) this.#pass(event)
    }
    if (held.events.length === 0) this.#release(key, held)
  }

  /** The first event that need not wait: one with no message before it, or a message that does not skip any. */
  #due(key: number, { events }: Held): number {
    if (events[0] !== undefined && !isPlaced(events[0])) return 0
    return events.findIndex(
      (event) => isPlaced(event) && !waits(this.#told.standing(key, event.message.sequence)),
    )
  }

  #giveUp(key: number, held: Held): void {
    if (this.#held.get(key) !== held) return
    this.#release(key, held)
    const messages = inOrder(held.events)
    for (const event of messages) this.#pass(event)
    for (const event of held.events) if (!isPlaced(event)) this.#pass(event)
    const [first] = messages
    if (first !== undefined) this.#options.gap(first)
  }

  #release(key: number, held: Held): void {
    held.cancel()
    this.#held.delete(key)
  }

  #pass(event: DomainEvent): void {
    if (!isPlaced(event)) {
      this.#options.deliver(event)
      return
    }
    const key = event.conversation.conversationKey
    const standing = this.#told.standing(key, event.message.sequence)
    if (standing === 'again') return
    if (standing === 'late') this.#options.gap(event)
    this.#told.tell(key, event.message.sequence)
    this.#options.deliver(event)
  }
}

const isPlaced = (event: DomainEvent): event is DomainEvent & Placed =>
  event.type === 'message.created' && event.message.sequence !== null

const waits = (standing: Standing): boolean => standing === 'ahead' || standing === 'first'

const inOrder = (events: readonly DomainEvent[]): Placed[] =>
  events.filter(isPlaced).sort((one, other) => one.message.sequence - other.message.sequence)
