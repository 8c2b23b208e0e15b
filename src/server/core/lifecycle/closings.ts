import { record } from '../audit.js'
import { revise } from '../conversations/announcements.js'
import { locked } from '../conversations/locks.js'
import { conflict, invalid } from '../errors.js'
import type { Conversation } from '../model.js'
import type { Principal, Staff } from '../principal.js'
import { cleanLine } from '../text.js'
import type { LifecycleParts } from './parts.js'
import { summarise } from './summary.js'

const scores: readonly number[] = [1, 2, 3, 4, 5]

/** Conversations are closed, rated and reopened. */
export class Closings {
  readonly #parts: LifecycleParts

  constructor(parts: LifecycleParts) {
    this.#parts = parts
  }

  async close(principal: Principal, conversationId: string, reason?: string): Promise<Conversation> {
    const thread = await this.#parts.threads.findSupport(principal, conversationId, 'conversation.serve')
    return this.#parts.context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      if (conversation.status === 'closed') throw conflict('This conversation is closed already.')
      await this.#parts.moves.remove(transaction, thread)
      const at = this.#parts.context.clock.now()
      const closed = await revise(transaction, conversation.key, at, {
        status: 'closed',
        handler: null,
        snoozedUntil: null,
        closedAt: at,
        closings: conversation.closings + 1,
        summary: await summarise(transaction, conversation, at),
      })
      const details = { reason: cleanLine(reason) }
      await record(this.#parts.context, transaction, principal, {
        action: 'conversation.close',
        target: conversationId,
        details,
      })
      await this.#parts.outbox.conversation(transaction, principal.app, 'conversation.closed', closed)
      this.#parts.announcements.conversation(transaction, thread)
      return closed
    })
  }

  async reopen(principal: Staff, conversationId: string): Promise<Conversation> {
    const thread = await this.#parts.threads.forStaff(principal, conversationId, 'conversation.serve')
    return this.#parts.context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      if (conversation.status === 'open') throw conflict('This conversation is open already.')
      const reopened =
        conversation.status === 'closed'
          ? await this.#parts.rounds.begin(transaction, conversation, conversation.lastSequence)
          : await this.#parts.rounds.rouse(transaction, conversation)
      const result = await this.#parts.rounds.handOver(transaction, principal, thread, reopened)
      await record(this.#parts.context, transaction, principal, {
        action: 'conversation.reopen',
        target: conversationId,
      })
      this.#parts.announcements.conversation(transaction, thread)
      return result
    })
  }

  async rate(principal: Principal, conversationId: string, score: number, comment?: string): Promise<void> {
    const thread = await this.#parts.threads.findSupport(principal, conversationId, 'conversation.serve')
    if (!scores.includes(score)) throw invalid('A rating is a whole number from 1 to 5.')
    await this.#parts.context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      if (conversation.status !== 'closed') throw conflict('A conversation is rated once it is closed.')
      const { key, appKey, closings, summary } = conversation
      const rating = { conversationKey: key, closing: closings, appKey, score, comment: cleanLine(comment) }
      if (!(await transaction.conversations.insertRating({ ...rating, at: this.#parts.context.clock.now() })))
        throw conflict('This conversation was rated already.')
      await revise(transaction, key, this.#parts.context.clock.now(), {
        summary: summary && { ...summary, rating: score },
      })
      this.#parts.announcements.conversation(transaction, thread)
    })
  }
}
