import type { CoreContext } from '../context.js'
import type { Announcements } from '../conversations/announcements.js'
import type { ConversationRef } from '../events.js'
import type { Conversation, Priority } from '../model.js'
import type { Transaction } from '../ports.js'
import type { QueueMoves } from '../queue/moves.js'
import type { Handovers } from './handovers.js'
import { morePressing } from './priority.js'
import type { BotOutcome, BotTurn } from './turn.js'
import type { BotWriter } from './writer.js'

/** A turn that somebody works on, by the name under which they hold it. */
export interface HeldTurn {
  turn: BotTurn
  owner: string
  thread: ConversationRef
}

export interface Passing {
  /** What the visitor is told. */
  text: string
  reason: string
  priority: Priority
  summary: string | null
  outcome: Extract<BotOutcome, 'transferred' | 'unavailable'>
}

/** Stores what becomes of a turn, once and only if the bot still has the word. */
export class BotDesk {
  readonly #context: CoreContext
  readonly #moves: QueueMoves
  readonly #announcements: Announcements
  readonly #writer: BotWriter
  readonly #handovers: Handovers

  constructor(
    context: CoreContext,
    moves: QueueMoves,
    announcements: Announcements,
    writer: BotWriter,
    handovers: Handovers,
  ) {
    this.#context = context
    this.#moves = moves
    this.#announcements = announcements
    this.#writer = writer
    this.#handovers = handovers
  }

  /** Nothing is to be said any more. */
  async drop({ turn, owner }: HeldTurn): Promise<void> {
    const ending = { owner, at: this.#context.clock.now(), outcome: 'superseded' } as const
    await this.#context.store.transaction((transaction) => transaction.botTurns.end(turn.key, ending))
  }

  /** Gives false when somebody else has the word by now: nothing was stored then. */
  answer(held: HeldTurn, text: string): Promise<boolean> {
    return this.#context.store.transaction(async (transaction) => {
      if ((await this.#end(transaction, held, 'answered')) === null) return false
      await this.#writer.write(transaction, held.thread, { localId: localIdOf(held), body: text })
      return true
    })
  }

  /** Message, queue entry and note for the agents in one transaction; false as in `answer`. */
  pass(held: HeldTurn, { text, reason, priority, summary, outcome }: Passing): Promise<boolean> {
    const { thread } = held
    return this.#context.store.transaction(async (transaction) => {
      const conversation = await this.#end(transaction, held, outcome)
      if (conversation === null) return false
      await this.#writer.write(transaction, thread, { localId: localIdOf(held), body: text })
      await transaction.conversations.patch(conversation.key, { transferred: true })
      const entered = await this.#moves.enter(transaction, thread, {
        priority: morePressing(conversation.priority, priority),
        reason,
        requestedAt: this.#context.clock.now(),
      })
      await this.#handovers.note(transaction, thread, entered, {
        reason,
        priority: entered.priority,
        summary,
      })
      this.#announcements.conversation(transaction, thread)
      return true
    })
  }

  /** The conversation, locked, when the bot has the word in it and the turn is still the owner's to end. */
  async #end(transaction: Transaction, held: HeldTurn, outcome: BotOutcome): Promise<Conversation | null> {
    const { turn, owner } = held
    const at = this.#context.clock.now()
    const conversation = await transaction.conversations.lock(turn.conversationKey)
    const speaks = conversation !== undefined && hasTheWord(conversation)
    const final = speaks ? outcome : 'superseded'
    const ended = await transaction.botTurns.end(turn.key, { owner, at, outcome: final })
    const seconds = (at - turn.createdAt) / 1_000
    if (ended) transaction.afterCommit(() => this.#context.measure({ name: 'turn', outcome: final, seconds }))
    return speaks && ended ? conversation : null
  }
}

/** The bot speaks only where nobody else serves. */
export const hasTheWord = ({ handler, status }: Conversation): boolean =>
  handler === 'bot' && status === 'open'

/** One reply a turn, whoever stores it. */
const localIdOf = ({ turn }: HeldTurn): string => `bot:${turn.id}`
