import type { CoreContext } from '../context.js'
import type { ConversationRef } from '../events.js'
import type { Conversation } from '../model.js'
import type { Transaction } from '../ports.js'
import { type Handover, handoverNote } from './notes.js'
import type { BotWriter } from './writer.js'

/** Messages that a note counts and quotes from. */
const notedMessages = 200

/** What belongs to a conversation's way out of the bot's hands, inside the transaction in which it leaves them. */
export class Handovers {
  readonly #context: CoreContext
  readonly #writer: BotWriter

  constructor(context: CoreContext, writer: BotWriter) {
    this.#context = context
    this.#writer = writer
  }

  /** By somebody else than the bot: what it still owed is void. */
  async leave(
    transaction: Transaction,
    thread: ConversationRef,
    conversation: Conversation,
    reason: string | null,
  ): Promise<void> {
    const at = this.#context.clock.now()
    await transaction.botTurns.endOpen(thread.conversationKey, { at, outcome: 'superseded' })
    const { priority } = conversation
    await this.note(transaction, thread, conversation, { reason, priority, summary: null })
  }

  /** Puts down for agents what happened so far. */
  async note(
    transaction: Transaction,
    thread: ConversationRef,
    conversation: Conversation,
    handover: Handover,
  ): Promise<void> {
    const { key, lastSequence } = conversation
    const messages = await transaction.messages.before(key, lastSequence + 1, notedMessages)
    const body = handoverNote(handover, messages)
    // A conversation that comes back to the bot may be handed over again: each time has its own note.
    const localId = `bot:handover:${conversation.revision}`
    await this.#writer.write(transaction, thread, { localId, body, internal: true })
  }
}
