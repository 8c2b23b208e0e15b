import { settingsOf } from '../apps/settings.js'
import type { BotIntake } from '../bot/intake.js'
import { conflict } from '../errors.js'
import type { ConversationRef } from '../events.js'
import type { App, AppSettings, ConversationStep } from '../model.js'
import type { Transaction } from '../ports.js'
import { isCustomer, type Principal } from '../principal.js'
import type { QueueMoves } from '../queue/moves.js'
import type { Rounds } from './rounds.js'

const dayMs = 86_400_000

/**
 * Thrown inside a transaction when a visitor writes to what was closed too long ago: everything is rolled
 * back, and the sender goes on in a new conversation.
 */
export class ConversationExpired extends Error {}

/** What messages do to the support conversation they arrive in; inside the transaction that stores them. */
export class Arrivals {
  readonly #moves: QueueMoves
  readonly #rounds: Rounds
  readonly #intake: BotIntake

  constructor(moves: QueueMoves, rounds: Rounds, intake: BotIntake) {
    this.#moves = moves
    this.#rounds = rounds
    this.#intake = intake
  }

  async of(
    transaction: Transaction,
    principal: Principal,
    thread: ConversationRef,
    conversation: ConversationStep,
    at: number,
  ): Promise<boolean> {
    if (isCustomer(principal)) {
      const moved = await this.#contactWrites(transaction, principal, thread, conversation, at)
      return (await this.#askBot(transaction, thread, conversation, at)) || moved
    }
    if (conversation.status === 'closed')
      throw conflict('This conversation is closed. Reopen it before you write.')
    if (conversation.firstReplyAt === null)
      await transaction.conversations.patch(conversation.key, { firstReplyAt: at })
    if (conversation.handler === 'bot') await this.#takenFromBot(transaction, principal, thread)
    if (principal.type !== 'agent' || conversation.handler === 'agent') return false
    await this.#moves.assign(transaction, thread, principal.agent)
    return true
  }

  /** Gives whether the bot must keep quiet and the conversation went to the queue. */
  async #askBot(
    transaction: Transaction,
    thread: ConversationRef,
    conversation: ConversationStep,
    requestedAt: number,
  ): Promise<boolean> {
    if (conversation.handler !== 'bot') return false
    if (await this.#intake.ask(transaction, thread, conversation)) return false
    const { priority } = conversation
    await this.#moves.enter(transaction, thread, { priority, reason: null, requestedAt })
    return true
  }

  /** Software that writes answers for this once; a person keeps the bot away from the contact for a while. */
  async #takenFromBot(
    transaction: Transaction,
    principal: Principal,
    thread: ConversationRef,
  ): Promise<void> {
    if (principal.type !== 'agent') return this.#intake.drop(transaction, thread.conversationKey)
    await this.#intake.suspend(
      transaction,
      thread,
      (await settingsNow(transaction, principal.app)).botSuspensionMinutes,
    )
  }

  async #contactWrites(
    transaction: Transaction,
    principal: Principal,
    thread: ConversationRef,
    conversation: ConversationStep,
    at: number,
  ): Promise<boolean> {
    if (conversation.status === 'open') return false
    const window = (await settingsNow(transaction, principal.app)).reopenWindowDays * dayMs
    if (conversation.closedAt !== null && at - conversation.closedAt > window) throw new ConversationExpired()
    const reopened =
      conversation.status === 'snoozed'
        ? await this.#rounds.rouse(transaction, conversation)
        : await this.#rounds.begin(transaction, conversation, conversation.lastSequence - 1)
    await this.#rounds.handOver(transaction, principal, thread, reopened)
    return true
  }
}

/** A connection may be older than the newest settings. */
async function settingsNow(transaction: Transaction, app: App): Promise<AppSettings> {
  return settingsOf((await transaction.apps.byKey(app.key)) ?? app)
}
