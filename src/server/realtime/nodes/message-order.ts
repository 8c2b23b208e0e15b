import type { ConversationEvent, DomainEvent, MessageEvent } from '../../core/events.js'
import type { Clock } from '../../core/ports.js'

interface Held {
  readonly events: DomainEvent[]
  readonly cancel: () => void
}

interface Options {
  readonly clock: Clock
  /** Whether what is missing can still come. */
  patient(): boolean
  deliver(event: DomainEvent): void
  /** The messages of this event's conversation could not be put in order. */
  gap(event: MessageEvent): void
}

/** Longer than a commit's event takes to the other nodes (1 to 5 ms measured), shorter than a client's own patience. */
const patienceMs = 200
/** Conversations of a shard whose last sequence is remembered: 100 bytes each. */
const remembered = 20_000

/**
 * Brings the new messages of a conversation in the order of their sequences, whichever node stored them. Two nodes may
 * commit 5 and 6, and the event of 6 be faster: it waits for 5, and with it everything of its conversation that comes
 * after it. What does not come in time is told as a gap.
 */
export class MessageOrder {
  readonly #options: Options
  readonly #last = new Map<number, number>()
  /** Conversations whose last sequence is known from their view alone: the message itself may be on its way. */
  readonly #viewed = new Set<number>()
  readonly #held = new Map<number, Held>()

  constructor(options: Options) {
    this.#options = options
  }

  take(event: DomainEvent): void {
    if (event.type === 'message.created' && event.message.sequence !== null)
      this.#takeMessage(event, event.message.sequence)
    else this.#takeOther(event)
  }

  #takeMessage(event: MessageEvent, sequence: number): void {
    const key = event.conversation.conversationKey
    const last = this.#last.get(key)
    if (last !== undefined && sequence > last + 1 && this.#options.patient()) {
      this.#hold(key, event)
      return
    }
    const isLate = last !== undefined && sequence <= last && !this.#viewed.has(key)
    if (isLate || (last !== undefined && sequence > last + 1)) this.#options.gap(event)
    this.#deliverMessage(event, Math.max(sequence, last ?? 0))
    this.#drain(key)
  }

  #takeOther(event: DomainEvent): void {
    if (event.type === 'conversation.created' || event.type === 'conversation.updated') this.#view(event)
    const held = 'conversation' in event ? this.#held.get(event.conversation.conversationKey) : undefined
    if (held === undefined) this.#options.deliver(event)
    else held.events.push(event)
  }

  /** So that also the first messages that are heard of a conversation come in order. */
  #view({ conversation: { conversationKey: key }, view }: ConversationEvent): void {
    if (this.#last.has(key)) return
    this.#viewed.add(key)
    this.#remember(key, view.conversation.lastSequence)
  }

  #deliverMessage(event: MessageEvent, last: number): void {
    const key = event.conversation.conversationKey
    if (last > (this.#last.get(key) ?? 0)) this.#viewed.delete(key)
    this.#remember(key, last)
    this.#options.deliver(event)
  }

  #remember(key: number, last: number): void {
    // Deleted first, so that the conversation that was quiet for longest stands first.
    this.#last.delete(key)
    this.#last.set(key, last)
    if (this.#last.size <= remembered) return
    const [oldest = key] = this.#last.keys()
    this.#last.delete(oldest)
    this.#viewed.delete(oldest)
  }

  #hold(key: number, event: DomainEvent): void {
    const held = this.#held.get(key)
    if (held !== undefined) {
      held.events.push(event)
      return
    }
    const cancel = this.#options.clock.after(patienceMs, () => this.#giveUp(key))
    this.#held.set(key, { events: [event], cancel })
  }

  /** What waited for the message that has just come. */
  #drain(key: number): void {
    const held = this.#held.get(key)
    if (held === undefined) return
    for (let index = this.#due(key, held); index >= 0; index = this.#due(key, held)) {
      const [event] = held.events.splice(index, 1)
      if (event !== undefined) this.#pass(key, event)
    }
    if (held.events.length > 0) return
    held.cancel()
    this.#held.delete(key)
  }

  /** The first event that need not wait: the next message, or another event with no message before it. */
  #due(key: number, { events }: Held): number {
    const next = (this.#last.get(key) ?? 0) + 1
    if (events[0] !== undefined && sequenceOf(events[0]) === null) return 0
    return events.findIndex((event) => sequenceOf(event) === next)
  }

  #giveUp(key: number): void {
    const held = this.#held.get(key)
    if (held === undefined) return
    held.cancel()
    this.#held.delete(key)
    const messages = held.events.filter((event) => sequenceOf(event) !== null)
    const others = held.events.filter((event) => sequenceOf(event) === null)
    messages.sort((one, other) => (sequenceOf(one) ?? 0) - (sequenceOf(other) ?? 0))
    const [first] = messages
    for (const event of [...messages, ...others]) this.#pass(key, event)
    if (first?.type === 'message.created') this.#options.gap(first)
  }

  #pass(key: number, event: DomainEvent): void {
    if (event.type === 'message.created' && event.message.sequence !== null)
      this.#deliverMessage(event, Math.max(event.message.sequence, this.#last.get(key) ?? 0))
    else this.#options.deliver(event)
  }
}

const sequenceOf = (event: DomainEvent): number | null =>
  event.type === 'message.created' ? event.message.sequence : null
