import type { CoreContext } from '../context.js'
import { conflict, notFound } from '../errors.js'
import type { ConversationRef } from '../events.js'
import type { Conversation } from '../model.js'
import { type Action, assertMay } from '../permissions.js'
import { isCustomer, type Principal } from '../principal.js'

// What never changes of a conversation is kept here, because the message path would otherwise pay a
// read by text id for every message.
const rememberedThreads = 100_000

/** Finds a conversation for somebody, who learns `not_found` for what is not theirs. */
export class Threads {
  readonly #context: CoreContext
  readonly #known = new Map<string, ConversationRef>()

  constructor(context: CoreContext) {
    this.#context = context
  }

  /**
   * For customers their own support conversations, and the direct and group ones that they are in now; for staff the
   * support conversations of their app, when they may do the action.
   */
  async find(principal: Principal, id: string, action: Action): Promise<ConversationRef> {
    if (!isCustomer(principal)) return this.forStaff(principal, id, action)
    const thread = await this.#load(principal, id)
    if (!(await this.#isTheirs(thread, principal.contact.key))) throw notFound('conversation')
    return thread
  }

  /** What members write to each other is theirs: staff do not learn that it is there. */
  async forStaff(principal: Principal, id: string, action: Action): Promise<ConversationRef> {
    assertMay(principal, action)
    const thread = await this.#load(principal, id)
    if (thread.kind !== 'support') throw notFound('conversation')
    return thread
  }

  /** The same as `find` for what only support conversations know, such as closing. Throws conflict for others. */
  async findSupport(principal: Principal, id: string, action: Action): Promise<ConversationRef> {
    const thread = await this.find(principal, id, action)
    if (thread.kind === 'support') return thread
    throw conflict(
      'Nobody serves this conversation. Only support conversations are handed on, closed or rated.',
    )
  }

  /** The reference of a row that is at hand. */
  of(app: { key: number; id: string }, conversation: Conversation): ConversationRef {
    const thread: ConversationRef = {
      appKey: app.key,
      appId: app.id,
      conversationId: conversation.id,
      conversationKey: conversation.key,
      contactKey: conversation.contactKey,
      kind: conversation.kind,
    }
    this.#remember(thread)
    return thread
  }

  /** A conversation was deleted: on SQLite another one may get its key. */
  forget(id: string): void {
    this.#known.delete(id)
  }

  /** After a merge a contact's conversations belong to another. */
  forgetAll(): void {
    this.#known.clear()
  }

  async #isTheirs({ kind, contactKey, conversationKey }: ConversationRef, key: number): Promise<boolean> {
    if (kind === 'support') return contactKey === key
    return (await this.#context.store.read.members.participant(conversationKey, key)) !== undefined
  }

  async #load(principal: Principal, id: string): Promise<ConversationRef> {
    const known = this.#known.get(id)
    if (known !== undefined) {
      if (known.appKey !== principal.app.key) throw notFound('conversation')
      return known
    }
    const conversation = await this.#context.store.read.conversations.byId(principal.app.key, id)
    if (conversation === undefined) throw notFound('conversation')
    return this.of(principal.app, conversation)
  }

  #remember(thread: ConversationRef): void {
    if (this.#known.size >= rememberedThreads) this.#known.clear()
    this.#known.set(thread.conversationId, thread)
  }
}
