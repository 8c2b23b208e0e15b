import { record } from '../audit.js'
import { revise } from '../conversations/announcements.js'
import { locked } from '../conversations/locks.js'
import { conflict, invalid } from '../errors.js'
import type { Conversation } from '../model.js'
import type { Staff } from '../principal.js'
import type { LifecycleParts } from './parts.js'

/** Conversations are put aside and woken. */
export class Snoozing {
  readonly #parts: LifecycleParts

  constructor(parts: LifecycleParts) {
    this.#parts = parts
  }

  async snooze(principal: Staff, conversationId: string, until: number): Promise<Conversation> {
    const thread = await this.#parts.threads.forStaff(principal, conversationId, 'conversation.serve')
    const at = this.#parts.context.clock.now()
    if (until <= at) throw invalid('Snooze until a time in the future.')
    return this.#parts.context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      if (conversation.status === 'closed') throw conflict('This conversation is closed. Reopen it first.')
      await this.#parts.moves.remove(transaction, thread)
      const snoozed = await revise(transaction, conversation.key, at, {
        status: 'snoozed',
        snoozedUntil: until,
      })
      await record(this.#parts.context, transaction, principal, {
        action: 'conversation.snooze',
        target: conversationId,
      })
      this.#parts.announcements.conversation(transaction, thread)
      return snoozed
    })
  }

  async wakeDue(): Promise<number> {
    const due = await this.#parts.context.store.read.conversations.snoozedUntil(
      this.#parts.context.clock.now(),
      100,
    )
    for (const { key, appKey } of due) await this.#wakeOne(key, appKey)
    return due.length
  }

  async #wakeOne(key: number, appKey: number): Promise<void> {
    await this.#parts.context.store.transaction(async (transaction) => {
      const conversation = await transaction.conversations.lock(key)
      const app = await transaction.apps.byKey(appKey)
      if (conversation?.status !== 'snoozed' || app === undefined) return
      const thread = this.#parts.threads.of(app, conversation)
      await this.#parts.rounds.handOver(
        transaction,
        null,
        thread,
        await this.#parts.rounds.rouse(transaction, conversation),
      )
      this.#parts.announcements.conversation(transaction, thread)
    })
  }
}
