import type { Handovers } from '../bot/handovers.js'
import type { CoreContext } from '../context.js'
import { type Announcements, revise } from '../conversations/announcements.js'
import { newParticipant } from '../conversations/participants.js'
import type { ConversationRef } from '../events.js'
import { type Conversation, type Priority, priorityRank } from '../model.js'
import type { Outbox } from '../outbox/outbox.js'
import type { Transaction } from '../ports.js'
import { endOffer, settleOffer } from '../routing/routing.js'
import { cleanLine } from '../text.js'

export interface Entering {
  priority: Priority
  reason: string | null
  requestedAt: number
}

/** What is left out stays as it was. */
export interface EnteringAgain {
  priority?: Priority
  reason?: string
}

/** An agent as conversations know them. */
export interface AgentRef {
  key: number
  id: string
  name: string
}

/** The moves in and out of the queue, each inside the caller's transaction. */
export class QueueMoves {
  readonly #context: CoreContext
  readonly #announcements: Announcements
  readonly #handovers: Handovers
  readonly #outbox: Outbox

  constructor(context: CoreContext, announcements: Announcements, handovers: Handovers, outbox: Outbox) {
    this.#context = context
    this.#announcements = announcements
    this.#handovers = handovers
    this.#outbox = outbox
  }

  /** Puts a conversation into the queue, open and of nobody. */
  async enter(transaction: Transaction, thread: ConversationRef, entering: Entering): Promise<Conversation> {
    const entry = await transaction.queue.enter({
      appKey: thread.appKey,
      conversationKey: thread.conversationKey,
      reason: entering.reason,
      priority: priorityRank(entering.priority),
      requestedAt: entering.requestedAt,
      claimedAt: null,
      claimedByKey: null,
      leftAt: null,
    })
    const conversation = await revise(transaction, thread.conversationKey, this.#context.clock.now(), {
      status: 'open',
      snoozedUntil: null,
      handler: 'queue',
      assigneeKey: null,
      priority: entering.priority,
    })
    await this.#announcements.entered(transaction, thread, entry)
    return conversation
  }

  /** Into the queue with the waiting time and the reason of this round. */
  async enterAgain(
    transaction: Transaction,
    thread: ConversationRef,
    conversation: Conversation,
    { priority, reason }: EnteringAgain,
  ): Promise<Conversation> {
    const [active, last] = await Promise.all([
      transaction.queue.active(thread.conversationKey),
      transaction.queue.last(thread.conversationKey),
    ])
    if (active !== undefined) await this.remove(transaction, thread)
    // An entry of an earlier round must not give its waiting time to this one.
    const sameRound = last !== undefined && last.requestedAt >= conversation.openedAt
    const entered = await this.enter(transaction, thread, {
      priority: priority ?? conversation.priority,
      reason: cleanLine(reason) ?? (sameRound ? last.reason : null),
      requestedAt: sameRound ? last.requestedAt : this.#context.clock.now(),
    })
    if (conversation.handler === 'bot')
      await this.#handovers.leave(transaction, thread, entered, cleanLine(reason))
    return entered
  }

  /** Takes it out without a claim, as when it is closed. */
  async remove(transaction: Transaction, thread: ConversationRef): Promise<void> {
    const entry = await transaction.queue.leave(thread.conversationKey, {
      at: this.#context.clock.now(),
      claimedByKey: null,
    })
    if (entry !== undefined) await this.#announcements.left(transaction, thread)
    const app = { key: thread.appKey, id: thread.appId }
    await endOffer(
      this.#context,
      transaction,
      app,
      thread.conversationId,
      thread.conversationKey,
      'withdrawn',
    )
  }

  /** Gives an open conversation to an agent, out of the queue when it waits. */
  async assign(transaction: Transaction, thread: ConversationRef, agent: AgentRef): Promise<Conversation> {
    const at = this.#context.clock.now()
    const entry = await transaction.queue.leave(thread.conversationKey, { at, claimedByKey: agent.key })
    if (entry !== undefined) {
      const waitedMs = at - entry.requestedAt
      await transaction.queue.recordWait(entry.appKey, entry.priority, waitedMs)
      transaction.afterCommit(() => this.#context.measure({ name: 'claim', waitedSeconds: waitedMs / 1_000 }))
      await this.#announcements.left(transaction, thread)
      await settleOffer(this.#context, transaction, thread, agent.key)
    }
    await transaction.participants.ensure(newParticipant(thread.conversationKey, 'agent', agent.key, at))
    const assigned = await revise(transaction, thread.conversationKey, at, {
      status: 'open',
      snoozedUntil: null,
      handler: 'agent',
      assigneeKey: agent.key,
      ...(entry === undefined ? {} : { waitedMs: at - entry.requestedAt }),
    })
    const app = { key: thread.appKey, id: thread.appId }
    await this.#outbox.conversation(transaction, app, 'conversation.assigned', assigned)
    return assigned
  }
}
