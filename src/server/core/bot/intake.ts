import { settingsOf } from '../apps/settings.js'
import type { CoreContext } from '../context.js'
import type { ConversationRef } from '../events.js'
import { newId } from '../ids.js'
import type { App, Conversation, ConversationStep, Json, Priority } from '../model.js'
import type { Transaction } from '../ports.js'
import { priorityOfMetadata } from './priority.js'
import type { BotSettings } from './settings.js'
import type { BotWriter } from './writer.js'

/** Whom a new conversation goes to. `bot` is null where a person is to answer. */
export interface Reception {
  bot: BotSettings | null
  priority: Priority
}

/** Decides what the bot takes, and writes down what it owes an answer to. */
export class BotIntake {
  readonly #context: CoreContext
  readonly #writer: BotWriter
  #wake: () => void = () => {}

  constructor(context: CoreContext, writer: BotWriter) {
    this.#context = context
    this.#writer = writer
  }

  /** Told, after commit, of every turn that this process writes. */
  onTurn(wake: () => void): void {
    this.#wake = wake
  }

  /** Without a model, or for an app without a bot, everything goes to the queue. */
  async receive(
    transaction: Transaction,
    appKey: number,
    beginning: { contactKey: number; metadata: Json },
  ): Promise<Reception> {
    const app = await transaction.apps.byKey(appKey)
    if (app === undefined) return { bot: null, priority: 'normal' }
    const priority = priorityOfMetadata(beginning.metadata, settingsOf(app).customerPriorities)
    const bot = this.#context.chatModel === null ? null : (app.settings.bot ?? null)
    if (bot === null) return { bot, priority }
    const takes =
      bot.enabled &&
      !(await this.#suspended(transaction, beginning.contactKey)) &&
      !(bot.policy === 'human_first' && (await this.#personIsFree(transaction, app)))
    return { bot: takes ? bot : null, priority }
  }

  /** The bot's first words, in the transaction that begins the conversation. */
  async greet(
    transaction: Transaction,
    thread: ConversationRef,
    conversation: Conversation,
    bot: BotSettings,
  ): Promise<Conversation> {
    const body = bot.greeting ?? (bot.policy === 'ask' ? defaultQuestion(bot.name) : null)
    if (body === null) return conversation
    const metadata = bot.policy === 'ask' ? { choices: ['bot', 'agent'] } : undefined
    await this.#writer.write(transaction, thread, { localId: 'bot:greeting', body, metadata })
    return (await transaction.conversations.byKey(conversation.key)) ?? conversation
  }

  /**
   * A visitor wrote to the bot: one turn is open at a time, and it is for everything that was not answered. Gives
   * false when the bot must keep quiet for this contact, so that the conversation belongs to the queue.
   */
  async ask(
    transaction: Transaction,
    thread: ConversationRef,
    conversation: ConversationStep,
  ): Promise<boolean> {
    await this.drop(transaction, thread.conversationKey)
    if (thread.contactKey !== null && (await this.#suspended(transaction, thread.contactKey))) return false
    await transaction.botTurns.insert({
      id: newId('turn'),
      appKey: thread.appKey,
      conversationKey: conversation.key,
      sequence: conversation.lastSequence,
      takes: 0,
      leaseOwner: null,
      leasedUntil: null,
      inputTokens: 0,
      outputTokens: 0,
      createdAt: this.#context.clock.now(),
      endedAt: null,
      outcome: null,
    })
    transaction.afterCommit(() => this.#wake())
    return true
  }

  /** What was asked needs no answer of the bot any more. */
  async drop(transaction: Transaction, conversationKey: number): Promise<void> {
    await transaction.botTurns.endOpen(conversationKey, {
      at: this.#context.clock.now(),
      outcome: 'superseded',
    })
  }

  /** A person took the conversation over from the bot, which leaves this contact alone for a while. */
  async suspend(transaction: Transaction, thread: ConversationRef, minutes: number): Promise<void> {
    await this.drop(transaction, thread.conversationKey)
    if (thread.contactKey === null || minutes <= 0) return
    const botSuspendedUntil = this.#context.clock.now() + minutes * 60_000
    await transaction.contacts.update(thread.contactKey, { botSuspendedUntil })
  }

  async #suspended(transaction: Transaction, contactKey: number): Promise<boolean> {
    const contact = await transaction.contacts.byKey(contactKey)
    return (contact?.botSuspendedUntil ?? 0) > this.#context.clock.now()
  }

  async #personIsFree(transaction: Transaction, app: App): Promise<boolean> {
    const members = await transaction.agents.members(app.key)
    return members.some(({ agent, membership, active }) => {
      const { key, availability } = agent
      const connected = this.#context.presence.online({ type: 'agent', appKey: app.key, key })
      return connected && availability === 'online' && active < membership.capacity
    })
  }
}

const defaultQuestion = (name: string) =>
  `Hello, I am ${name}. Shall I help you, or would you rather write with a person? Just tell me.`
