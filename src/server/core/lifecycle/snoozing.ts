import { type Announcements, revise } from '../announcements.js'
import { record } from '../audit.js'
import type { CoreContext } from '../context.js'
import { conflict, invalid } from '../errors.js'
import { locked } from '../locks.js'
import type { Conversation } from '../model.js'
import type { Staff } from '../principal.js'
import type { QueueMoves } from '../queue/moves.js'
import type { Threads } from '../threads.js'
import type { Rounds } from './rounds.js'

/** Conversations are put aside and woken. */
export class Snoozing {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #moves: QueueMoves
  readonly #announcements: Announcements
  readonly #rounds: Rounds

  constructor(
    context: CoreContext,
    threads: Threads,
    moves: QueueMoves,
    announcements: Announcements,
    rounds: Rounds,
  ) {
    this.#context = context
    this.#threads = threads
    this.#moves = moves
    this.#announcements = announcements
    this.#rounds = rounds
  }

  async snooze(principal: Staff, conversationId: string, until: number): Promise<Conversation> {
    const thread = await this.#threads.forStaff(principal, conversationId, 'conversation.serve')
    const at = this.#context.clock.now()
    if (until <= at) throw invalid('Snooze until a time in the future.')
    return this.#context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      if (conversation.status === 'closed') throw conflict('This conversation is closed. Reopen it first.')
      await this.#moves.remove(transaction, thread)
      const snoozed = await revise(transaction, conversation.key, at, {
        status: 'snoozed',
        snoozedUntil: until,
      })
      await record(this.#context, transaction, principal, {
        action: 'conversation.snooze',
        target: conversationId,
      })
      this.#announcements.conversation(transaction, thread)
      return snoozed
    })
  }

  async wakeDue(): Promise<number> {
    const due = await this.#context.store.read.conversations.snoozedUntil(this.#context.clock.now(), 100)
    for (const { key, appKey } of due) await this.#wakeOne(key, appKey)
    return due.length
  }

  async #wakeOne(key: number, appKey: number): Promise<void> {
    await this.#context.store.transaction(async (transaction) => {
      const conversation = await transaction.conversations.lock(key)
      const app = await transaction.apps.byKey(appKey)
      if (conversation?.status !== 'snoozed' || app === undefined) return
      const thread = this.#threads.of(app, conversation)
      await this.#rounds.handOver(
        transaction,
        null,
        thread,
        await this.#rounds.rouse(transaction, conversation),
      )
      this.#announcements.conversation(transaction, thread)
    })
  }
}
