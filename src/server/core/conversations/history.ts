import type { CoreContext } from '../context.js'
import { notFound } from '../errors.js'
import type { ConversationRef, ConversationView } from '../events.js'
import { inSight, type Sight, sightOf } from '../members/sight.js'
import type { Change, Conversation, Message, SentMessage } from '../model.js'
import type { Principal } from '../principal.js'
import type { Threads } from './threads.js'
import { complete, type Views } from './views.js'

/** Where a page of messages stands; at most one is given, none means the newest. */
export interface HistoryPage {
  /** Milliseconds: messages created after this moment. */
  after?: number
  afterSequence?: number
  afterRevision?: number
  beforeSequence?: number
  limit: number
}

export interface Page {
  messages: Message[]
  hasMore: boolean
  /** Of a page that reads backwards the `beforeSequence` of the next one, which goes by what is stored, not shown. */
  before: number | null
  /** Too much has changed since the revision: load afresh. */
  resyncRequired: boolean
}

/** What somebody who joins gets: the newest messages, or everything that changed since a revision. */
export interface Joined extends Page {
  view: ConversationView
}

type Bounds = Pick<Page, 'hasMore' | 'before'> & { after: number; through: number }

/** Reading a conversation: pages whose cost does not grow with its length, and resuming by revision. */
export class History {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #views: Views

  constructor(context: CoreContext, threads: Threads, views: Views) {
    this.#context = context
    this.#threads = threads
    this.#views = views
  }

  /**
   * Ascending by sequence; with `afterRevision` ascending by revision. Customers are shown neither notes nor what they
   * deleted for themselves.
   */
  async page(principal: Principal, conversationId: string, page: HistoryPage): Promise<Page> {
    const thread = await this.#threads.find(principal, conversationId, 'app.read')
    const conversation = await this.#conversation(thread)
    const { read } = this.#context.store
    const sight = await sightOf(read, principal, thread)
    if (page.afterRevision !== undefined)
      return this.#since(thread, conversation, page.afterRevision, sight, page.limit)
    const { after, through, ...place } = await this.#bounds(thread, conversation, page, sight)
    const rows = await read.messages.range(thread.conversationKey, after, through, sight.notes)
    const shown = await inSight(read, sight, rows)
    return { messages: await this.#complete(thread, shown), ...place, resyncRequired: false }
  }

  /** For a join: without a revision the newest page; with one, what changed since, or that it is too much. */
  async join(principal: Principal, conversationId: string, afterRevision?: number): Promise<Joined> {
    const thread = await this.#threads.find(principal, conversationId, 'app.read')
    const conversation = await this.#conversation(thread)
    const view = await this.#views.one(principal.app, conversation)
    const { changeBound, pageSize } = this.#context.limits
    const limit = afterRevision === undefined ? pageSize : changeBound
    return { view, ...(await this.page(principal, conversationId, { limit, afterRevision })) }
  }

  async one(principal: Principal, conversationId: string, messageId: string): Promise<Message> {
    const thread = await this.#threads.find(principal, conversationId, 'app.read')
    const { read } = this.#context.store
    const row = await read.messages.byId(thread.conversationKey, messageId)
    const sight = await sightOf(read, principal, thread)
    const shown = await inSight(read, sight, row === undefined ? [] : [row])
    const [message] = await this.#complete(thread, shown)
    if (message === undefined) throw notFound('message')
    return message
  }

  async #bounds(
    thread: ConversationRef,
    { lastSequence }: Conversation,
    page: HistoryPage,
    sight: Sight,
  ): Promise<Bounds> {
    const { limit } = page
    const upward = (from: number): Bounds => {
      const after = Math.max(from, sight.after)
      const through = Math.min(lastSequence, after + limit)
      return { after, through, hasMore: through < lastSequence, before: null }
    }
    if (page.afterSequence !== undefined) return upward(page.afterSequence)
    if (page.after !== undefined) {
      const { messages } = this.#context.store.read
      return upward(await messages.sequenceAt(thread.conversationKey, lastSequence, page.after))
    }
    const through = Math.min(lastSequence, (page.beforeSequence ?? lastSequence + 1) - 1)
    const after = Math.max(sight.after, through - limit)
    const hasMore = after > sight.after
    return { after, through, hasMore, before: hasMore ? after + 1 : null }
  }

  async #since(
    thread: ConversationRef,
    conversation: Conversation,
    revision: number,
    sight: Sight,
    limit: number,
  ): Promise<Page> {
    const { read } = this.#context.store
    const { conversationKey } = thread
    const bound = this.#context.limits.changeBound
    // A revision from the future belongs to another history, as after a restore: load afresh, too.
    const behind = conversation.revision - revision
    if (behind > bound || behind < 0)
      return { messages: [], hasMore: false, before: null, resyncRequired: true }
    const [changes, sequence] = await Promise.all([
      read.conversations.changesAfter(conversationKey, revision, bound),
      this.#sequenceAt(conversationKey, revision),
    ])
    const shown = changes.filter((change) => sight.notes || !change.internal)
    const changedKeys = shown.flatMap(({ messageKey }) => (messageKey === null ? [] : [messageKey]))
    const spans = receiptSpans(changes, sequence)
    const [created, changed, ...received] = await Promise.all([
      read.messages.range(conversationKey, sequence, conversation.lastSequence, false),
      changedKeys.length > 0 ? read.messages.byKeys([...new Set(changedKeys)]) : [],
      ...spans.map(({ from, to }) => read.messages.range(conversationKey, from - 1, to, false)),
    ])
    const rows = new Map<number, SentMessage>()
    for (const row of [...created, ...changed, ...received.flat()])
      rows.set(row.key, withRevision(row, changes))
    const ascending = (await inSight(read, sight, [...rows.values()]))
      .filter((row) => row.revision > revision)
      .sort(
        (first, second) => first.revision - second.revision || (first.sequence ?? 0) - (second.sequence ?? 0),
      )
    const page = wholeRevisions(ascending, limit)
    return {
      messages: await this.#complete(thread, page),
      hasMore: page.length < ascending.length,
      before: null,
      resyncRequired: false,
    }
  }

  /** The last sequence at a revision: each revision is a public message or stands in `changes`. */
  async #sequenceAt(conversationKey: number, revision: number): Promise<number> {
    const change = await this.#context.store.read.conversations.changeAtOrBefore(conversationKey, revision)
    return change === undefined ? revision : change.sequence + (revision - change.revision)
  }

  async #conversation(thread: ConversationRef): Promise<Conversation> {
    const conversation = await this.#context.store.read.conversations.byKey(thread.conversationKey)
    if (conversation === undefined) throw notFound('conversation')
    return conversation
  }

  #complete(thread: ConversationRef, rows: SentMessage[]): Promise<Message[]> {
    return complete(this.#context.store.read, thread.conversationId, thread.conversationKey, rows)
  }
}

/** The sequences whose status a receipt changed, without those that are read anyway as new. */
function receiptSpans(changes: Change[], newAfter: number): { from: number; to: number }[] {
  return changes.flatMap(({ fromSequence, toSequence }) => {
    if (fromSequence === null || toSequence === null || fromSequence > newAfter) return []
    return [{ from: fromSequence, to: Math.min(toSequence, newAfter) }]
  })
}

/** A receipt changes a message of the other side, whose own row does not know of it. */
function withRevision(row: SentMessage, changes: Change[]): SentMessage {
  const { sequence } = row
  if (sequence === null) return row
  const reader = row.senderType === 'contact' ? 'receipt_by_agent' : 'receipt_by_contact'
  let revision = row.revision
  for (const { kind, fromSequence, toSequence, revision: changed } of changes) {
    if (kind !== reader || fromSequence === null || toSequence === null) continue
    if (sequence >= fromSequence && sequence <= toSequence) revision = Math.max(revision, changed)
  }
  return { ...row, revision }
}

/** A page never ends inside one revision, because the next one starts after it. */
function wholeRevisions(ascending: SentMessage[], limit: number): SentMessage[] {
  const last = ascending[limit - 1]
  if (last === undefined || ascending.length <= limit) return ascending
  let end = limit
  while (ascending[end]?.revision === last.revision) end++
  return ascending.slice(0, end)
}
