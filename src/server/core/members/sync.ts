import type { CoreContext } from '../context.js'
import type { Threads } from '../conversations/threads.js'
import { complete } from '../conversations/views.js'
import { notFound } from '../errors.js'
import type { ConversationRef } from '../events.js'
import type { Message, SentMessage } from '../model.js'
import type { Member } from '../principal.js'
import { inSight, type Sight, sightOf } from './sight.js'

export interface Synced {
  messages: Message[]
  hasMore: boolean
  /** Of the message that was given: those up to it are older ones that were changed. */
  lastSequence: number
}

/** What happened after a message, which may be a member's only memory of a conversation. */
export class MemberSync {
  readonly #context: CoreContext
  readonly #threads: Threads

  constructor(context: CoreContext, threads: Threads) {
    this.#context = context
    this.#threads = threads
  }

  /**
   * At most `limit` messages that are newer than the given one, and those before them that were changed in the same
   * time, ascending. With `hasMore` the last of them is where to go on: a page ends with the newest message that it
   * covers, and what was changed after that one was created comes with the next page. Where more than the bound was
   * changed in the time of one page, its changes are left out.
   */
  async since(member: Member, conversationId: string, lastMessageId: string, limit: number): Promise<Synced> {
    const thread = await this.#threads.find(member, conversationId, 'app.read')
    const { read } = this.#context.store
    const last = await read.messages.byId(thread.conversationKey, lastMessageId)
    if (last === undefined || last.sequence === null) throw notFound('message')
    const sight = await sightOf(read, member, thread)
    let from = last
    for (;;) {
      const page = await this.#page(thread, sight, from, limit)
      // A page of nothing but deleted ones would give no message to go on from.
      if (page.rows.length > 0 || page.end === null) {
        const messages = await this.#complete(thread, page.rows)
        return { messages, hasMore: page.end !== null, lastSequence: last.sequence }
      }
      from = page.end
    }
  }

  /** `end` is the message at which the next page begins; null when there is none. */
  async #page(
    thread: ConversationRef,
    sight: Sight,
    from: SentMessage,
    limit: number,
  ): Promise<{ rows: SentMessage[]; end: SentMessage | null }> {
    const { read } = this.#context.store
    const { conversationKey } = thread
    const conversation = await read.conversations.byKey(conversationKey)
    if (conversation === undefined) throw notFound('conversation')
    const after = Math.max(from.sequence ?? 0, sight.after)
    const through = Math.min(after + limit, conversation.lastSequence)
    const created = await read.messages.range(conversationKey, after, through, false)
    const end = through < conversation.lastSequence ? (created.at(-1) ?? null) : null
    const until = end === null ? conversation.revision : await this.#createdAt(end)
    const changed = await this.#changed(conversationKey, await this.#createdAt(from), until)
    const earlier = changed.filter(({ sequence }) => sequence !== null && sequence <= after)
    const ascending = earlier.sort((one, two) => (one.sequence ?? 0) - (two.sequence ?? 0))
    return { rows: await inSight(read, sight, [...ascending, ...created]), end }
  }

  /** Messages that were edited, deleted or reacted to after a revision and up to another. */
  async #changed(conversationKey: number, after: number, through: number): Promise<SentMessage[]> {
    const { read } = this.#context.store
    const bound = this.#context.limits.changeBound
    const changes = await read.conversations.changesAfter(conversationKey, after, bound + 1)
    const inTime = changes.filter(({ revision }) => revision <= through)
    if (inTime.length > bound) return []
    const keys = inTime.flatMap(({ messageKey, internal }) =>
      messageKey === null || internal ? [] : [messageKey],
    )
    return keys.length === 0 ? [] : read.messages.byKeys([...new Set(keys)])
  }

  /**
   * The revision that a message took when it was created: each one is a public message or stands in the changes. Its
   * row has the revision of its last change, so one read is enough for most and a binary search for the others.
   */
  async #createdAt({ conversationKey, sequence, revision }: SentMessage): Promise<number> {
    const wanted = sequence ?? 0
    let [low, high] = [wanted, revision]
    while (low < high) {
      const middle = high === revision ? revision - 1 : Math.floor((low + high) / 2)
      if ((await this.#sequenceAt(conversationKey, middle)) >= wanted) high = middle
      else low = middle + 1
    }
    return low
  }

  /** The conversation's last sequence at a revision. */
  async #sequenceAt(conversationKey: number, revision: number): Promise<number> {
    const change = await this.#context.store.read.conversations.changeAtOrBefore(conversationKey, revision)
    return change === undefined ? revision : change.sequence + (revision - change.revision)
  }

  #complete(thread: ConversationRef, rows: SentMessage[]): Promise<Message[]> {
    return complete(this.#context.store.read, thread.conversationId, thread.conversationKey, rows)
  }
}
