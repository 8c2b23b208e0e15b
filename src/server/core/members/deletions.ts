import type { CoreContext } from '../context.js'
import { locked } from '../conversations/locks.js'
import { newParticipant } from '../conversations/participants.js'
import type { Threads } from '../conversations/threads.js'
import { forbidden } from '../errors.js'
import type { ConversationRef } from '../events.js'
import { forgetFiles } from '../messages/files.js'
import type { Transaction } from '../ports.js'
import type { Member } from '../principal.js'
import type { MemberNews } from './news.js'
import { participating } from './participation.js'

/** Conversations that are deleted: for everybody, or only out of somebody's sight. */
export class Deletions {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #news: MemberNews

  constructor(context: CoreContext, threads: Threads, news: MemberNews) {
    this.#context = context
    this.#threads = threads
    this.#news = news
  }

  /** It leaves the member's list until something newer is written; what was there before is not shown again. */
  async forOneself(member: Member, thread: ConversationRef): Promise<void> {
    const { conversationKey } = thread
    const { key } = member.contact
    await this.#context.store.transaction(async (transaction) => {
      const { lastSequence } = await locked(transaction, thread)
      const own = await participating(transaction, thread, member)
      if (own === null) {
        const participant = newParticipant(conversationKey, 'contact', key, this.#context.clock.now())
        await transaction.participants.ensure(participant)
      }
      // 0 says that nothing was deleted, so an empty conversation needs another value.
      await transaction.members.hide(conversationKey, key, lastSequence === 0 ? -1 : lastSequence)
      await this.#news.removed(transaction, thread, [key], key)
    }, conversationKey)
  }

  /** With all messages and files. Only an owner of a group does that. */
  async forEverybody(member: Member, thread: ConversationRef): Promise<void> {
    if (thread.kind !== 'group')
      throw forbidden('Only groups are deleted for everybody. Delete this one for yourself.')
    await this.#context.store.transaction(async (transaction) => {
      await locked(transaction, thread)
      const own = await participating(transaction, thread, member)
      if (own?.role !== 'owner')
        throw forbidden('Only an owner deletes a group for everybody. Leave it, or delete it for yourself.')
      const everybody = await transaction.members.active([thread.conversationKey])
      const contactKeys = everybody.map(({ memberKey }) => memberKey)
      await this.delete(transaction, thread, contactKeys)
    }, thread.conversationKey)
  }

  /** Inside the transaction that holds it; `contactKeys` are those who were in it. */
  async delete(transaction: Transaction, thread: ConversationRef, contactKeys: number[]): Promise<void> {
    const { conversationKey, conversationId } = thread
    const files = await transaction.attachments.removeOfConversation(conversationKey)
    forgetFiles(this.#context, transaction, files)
    await transaction.conversations.remove(conversationKey)
    transaction.afterCommit(() => this.#threads.forget(conversationId))
    await this.#news.removed(transaction, thread, contactKeys, null)
  }
}
