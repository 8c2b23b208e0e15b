import type { CoreContext } from '../context.js'
import type { Announcements } from '../conversations/announcements.js'
import type { Threads } from '../conversations/threads.js'
import type { Lifecycle } from '../lifecycle/lifecycle.js'
import type { Message } from '../model.js'
import type { Outbox } from '../outbox/outbox.js'
import type { Principal } from '../principal.js'
import { Changing } from './changing.js'
import type { NewMessage } from './draft.js'
import { type Posted, Sending } from './sending.js'

export type { NewMessage } from './draft.js'
export type { Posted } from './sending.js'

/** Sending, changing and taking back messages: the message path. */
export class Messages {
  readonly #sending: Sending
  readonly #changing: Changing

  constructor(
    context: CoreContext,
    threads: Threads,
    lifecycle: Lifecycle,
    announcements: Announcements,
    outbox: Outbox,
  ) {
    this.#sending = new Sending(context, threads, lifecycle, announcements, outbox)
    this.#changing = new Changing(context, threads, outbox)
  }

  /**
   * Stores a message; settles after the commit. The same local id from the same sender in the same
   * conversation gives the first message back, whenever and wherever it comes again.
   */
  post(principal: Principal, conversationId: string, input: NewMessage): Promise<Posted> {
    return this.#sending.post(principal, conversationId, input)
  }

  /** Changes the body of an own message; who manages the app may change those of their side of a support conversation. */
  edit(principal: Principal, conversationId: string, messageId: string, body: string): Promise<Message> {
    return this.#changing.edit(principal, conversationId, messageId, body)
  }

  /** The message keeps its place in the conversation and loses its body. In a group owners and admins may do it too. */
  remove(principal: Principal, conversationId: string, messageId: string): Promise<Message> {
    return this.#changing.remove(principal, conversationId, messageId)
  }
}
