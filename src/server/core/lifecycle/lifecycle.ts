import type { ConversationRef } from '../events.js'
import type { Conversation, ConversationStep } from '../model.js'
import type { Transaction } from '../ports.js'
import type { Principal, Staff } from '../principal.js'
import { Arrivals } from './arrivals.js'
import { type Beginning, Beginnings } from './beginnings.js'
import { Closings } from './closings.js'
import type { LifecycleParts } from './parts.js'
import { Rounds } from './rounds.js'
import { Snoozing } from './snoozing.js'

/** A support conversation's life: created, reopened, snoozed, closed, rated. Illegal moves are `conflict`. */
export class Lifecycle {
  readonly #beginnings: Beginnings
  readonly #arrivals: Arrivals
  readonly #closings: Closings
  readonly #snoozing: Snoozing

  constructor(given: Omit<LifecycleParts, 'rounds'>) {
    const { context, moves, intake } = given
    const rounds = new Rounds(context, moves)
    const parts = { ...given, rounds }
    this.#beginnings = new Beginnings(parts)
    this.#arrivals = new Arrivals(moves, rounds, intake)
    this.#closings = new Closings(parts)
    this.#snoozing = new Snoozing(parts)
  }

  /** Inside the caller's transaction: a new conversation, which is the bot's or waits for an agent at once. */
  begin(
    transaction: Transaction,
    app: { key: number; id: string },
    beginning: Beginning,
  ): Promise<Conversation> {
    return this.#beginnings.begin(transaction, app, beginning)
  }

  /**
   * What a public message, already counted, does to the conversation it arrives in. Gives whether anything
   * but the message changed. Throws ConversationExpired.
   */
  messageArrives(
    transaction: Transaction,
    principal: Principal,
    thread: ConversationRef,
    conversation: ConversationStep,
    at: number,
  ): Promise<boolean> {
    return this.#arrivals.of(transaction, principal, thread, conversation, at)
  }

  /** The conversation in which a visitor goes on when the old one was closed too long ago. */
  successor(principal: Principal, thread: ConversationRef): Promise<string> {
    return this.#beginnings.successor(principal, thread)
  }

  /** By a visitor their own; by staff any that they may serve. Records the summary. */
  close(principal: Principal, conversationId: string, reason?: string): Promise<Conversation> {
    return this.#closings.close(principal, conversationId, reason)
  }

  /** A snoozed one goes on with who had it; what nobody has goes to the agent who reopens it, else into the queue. */
  reopen(principal: Staff, conversationId: string): Promise<Conversation> {
    return this.#closings.reopen(principal, conversationId)
  }

  /** Put aside until a time; the visitor's next message wakes it earlier. */
  snooze(principal: Staff, conversationId: string, until: number): Promise<Conversation> {
    return this.#snoozing.snooze(principal, conversationId, until)
  }

  /** Wakes what was snoozed until now; gives how many. Run from time to time by the server. */
  wakeDue(): Promise<number> {
    return this.#snoozing.wakeDue()
  }

  /** One rating a closing; a second one for the same closing is `conflict`. */
  rate(principal: Principal, conversationId: string, score: number, comment?: string): Promise<void> {
    return this.#closings.rate(principal, conversationId, score, comment)
  }
}
