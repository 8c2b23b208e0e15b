import type { CoreContext } from './context.js'
import { notFound } from './errors.js'
import type { ConversationRef } from './events.js'
import type { Conversation } from './model.js'
import { type Action, assertMay } from './permissions.js'
import type { Principal } from './principal.js'

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

  /** For a visitor only their own; for staff those of their app, when they may do the action. */
  async find(principal: Principal, id: string, action: Action): Promise<ConversationRef> {
    if (principal.type !== 'visitor') return this.forStaff(principal, id, action)
    const thread = await this.#load(principal, id)
    if (thread.contactKey !== principal.contact.key) throw notFound('conversation')
    return thread
  }

  async forStaff(principal: Principal, id: string, action: Action): Promise<ConversationRef> {
    assertMay(principal, action)
    return this.#load(principal, id)
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

  /** After a merge a contact's conversations belong to another. */
  forgetAll(): void {
    this.#known.clear()
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
