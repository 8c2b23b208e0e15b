import { record } from '../audit.js'
import type { CoreContext } from '../context.js'
import { invalid, notFound } from '../errors.js'
import type { ConversationRef, ConversationView } from '../events.js'
import type { Lifecycle } from '../lifecycle/lifecycle.js'
import type { Conversation, Json, Message, SentMessage } from '../model.js'
import { assertMay } from '../permissions.js'
import type { ConversationFilter } from '../ports/conversations.js'
import type { Queries, Transaction } from '../ports.js'
import type { Customer, Principal, Staff } from '../principal.js'
import { cleanLine, cleanMetadata } from '../text.js'
import { type Announcements, revise } from './announcements.js'
import type { Threads } from './threads.js'
import { complete, type Views } from './views.js'

export interface Start {
  channel?: string
  metadata?: Json
  /** What the visitor's software tells the bot. */
  botContext?: Json
  subject?: string | null
  /** Begin a new one even when one is open. */
  new?: boolean
}

export interface ConversationList {
  status?: Conversation['status']
  handler?: Conversation['handler'] & string
  /** An agent's id, `me` or `none`. */
  assignee?: string
  tag?: string
  /** A contact's id. */
  contact?: string
  /** Full text, in messages and notes. */
  text?: string
  beforeKey?: number
  limit: number
}

/** A conversation of a list; after a search with the newest message that matches. */
export interface FoundView extends ConversationView {
  match?: SentMessage | undefined
}

/** Conversations as a whole: begun by visitors, listed, found, tagged and exported by staff. */
export class Conversations {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #views: Views
  readonly #lifecycle: Lifecycle
  readonly #announcements: Announcements

  constructor(
    context: CoreContext,
    threads: Threads,
    views: Views,
    lifecycle: Lifecycle,
    announcements: Announcements,
  ) {
    this.#context = context
    this.#threads = threads
    this.#views = views
    this.#lifecycle = lifecycle
    this.#announcements = announcements
  }

  /** The customer's open support conversation, or a new one. */
  async start(customer: Customer, start: Start): Promise<{ view: ConversationView; created: boolean }> {
    const metadata = cleanMetadata(start.metadata, this.#context.limits.metadataBytes)
    const botContext = start.botContext && cleanMetadata(start.botContext, this.#context.limits.metadataBytes)
    const contactKey = customer.contact.key
    const openOf = ({ conversations }: Queries) =>
      conversations.newestOfContact(contactKey, ['open', 'snoozed'])
    // Whoever comes back is to see it also when nothing can be written, and costs no transaction.
    const opened = start.new ? undefined : await openOf(this.#context.store.read)
    if (opened !== undefined) return { view: await this.#views.one(customer.app, opened), created: false }
    const begun = await this.#context.store.transaction(async (transaction) => {
      // The contact's row is the lock: two first requests of one device must not begin two conversations.
      await transaction.contacts.lock(contactKey)
      const open = start.new ? undefined : await openOf(transaction)
      if (open !== undefined) return { conversation: open, created: false }
      const { channel = 'web', subject = null } = start
      const deviceId = customer.type === 'visitor' ? customer.deviceId : null
      const beginning = { contactKey, deviceId, channel, metadata, botContext, subject }
      return {
        conversation: await this.#lifecycle.begin(transaction, customer.app, beginning),
        created: true,
      }
    })
    return { view: await this.#views.one(customer.app, begun.conversation), created: begun.created }
  }

  /** Where a conversation is, for who may read it. */
  reference(principal: Principal, id: string): Promise<ConversationRef> {
    return this.#threads.find(principal, id, 'app.read')
  }

  async get(principal: Principal, id: string): Promise<ConversationView> {
    return this.#views.current(principal.app, await this.#threads.find(principal, id, 'app.read'))
  }

  /** The customer's own support conversations, newest first. */
  async listOwn(
    customer: Customer,
    page: { beforeKey?: number; limit: number },
  ): Promise<ConversationView[]> {
    const filter = { contactKey: customer.contact.key }
    const rows = await this.#context.store.read.conversations.list(customer.app.key, filter, page)
    return this.#views.many(customer.app, rows)
  }

  /** The app's, newest first; with `text` those with a matching message. */
  async list(principal: Staff, list: ConversationList): Promise<FoundView[]> {
    assertMay(principal, 'app.read')
    const found = list.text === undefined ? null : await this.#search(principal, list.text)
    const filter = await this.#filter(principal, list)
    if (filter === null || found?.size === 0) return []
    if (found !== null) filter.keys = [...found.keys()]
    const { beforeKey, limit } = list
    const rows = await this.#context.store.read.conversations.list(principal.app.key, filter, {
      beforeKey,
      limit,
    })
    const views = await this.#views.many(principal.app, rows)
    return found === null ? views : this.#withMatches(views, found)
  }

  async update(
    principal: Staff,
    id: string,
    patch: { subject?: string | null; metadata?: Json },
  ): Promise<ConversationView> {
    const fields: Partial<Conversation> = {}
    if (patch.subject !== undefined) fields.subject = cleanLine(patch.subject)
    if (patch.metadata !== undefined)
      fields.metadata = cleanMetadata(patch.metadata, this.#context.limits.metadataBytes)
    return this.#change(principal, id, 'conversation.update', () => fields)
  }

  async addTag(principal: Staff, id: string, tag: string): Promise<ConversationView> {
    const cleaned = cleanLine(tag)
    if (cleaned === null) throw invalid('A tag needs a name.')
    return this.#change(principal, id, 'conversation.tag', async (transaction, key) => {
      const added = await transaction.conversations.addTag(key, principal.app.key, cleaned)
      return added ? {} : null
    })
  }

  async removeTag(principal: Staff, id: string, tag: string): Promise<ConversationView> {
    return this.#change(principal, id, 'conversation.untag', async (transaction, key) => {
      if (!(await transaction.conversations.removeTag(key, tag))) throw notFound('tag')
      return {}
    })
  }

  /** The app's tags with the number of conversations that carry each. */
  async tags(principal: Staff): Promise<{ tag: string; count: number }[]> {
    assertMay(principal, 'app.read')
    return this.#context.store.read.conversations.appTags(principal.app.key)
  }

  /** A conversation with all its messages, notes included, for those who may export. */
  async *export(principal: Staff, id: string): AsyncGenerator<ConversationView | Message[]> {
    const view = await this.#views.current(
      principal.app,
      await this.#threads.forStaff(principal, id, 'app.manage'),
    )
    yield view
    const { key, lastSequence } = view.conversation
    const { read } = this.#context.store
    for (let after = 0; after === 0 || after < lastSequence; after += 200) {
      const rows = await read.messages.range(key, after, Math.min(after + 200, lastSequence), true)
      yield await complete(read, id, key, rows)
    }
  }

  async #change(
    principal: Staff,
    id: string,
    action: string,
    change: (
      transaction: Transaction,
      key: number,
    ) => Partial<Conversation> | null | Promise<Partial<Conversation> | null>,
  ): Promise<ConversationView> {
    const thread = await this.#threads.forStaff(principal, id, 'conversation.serve')
    await this.#context.store.transaction(async (transaction) => {
      const patch = await change(transaction, thread.conversationKey)
      if (patch === null) return
      await revise(transaction, thread.conversationKey, this.#context.clock.now(), patch)
      await record(this.#context, transaction, principal, { action, target: id })
      this.#announcements.conversation(transaction, thread)
    })
    return this.#views.current(principal.app, thread)
  }

  async #filter(principal: Staff, list: ConversationList): Promise<ConversationFilter | null> {
    const { read } = this.#context.store
    const { status, handler, tag } = list
    const filter: ConversationFilter = { status, handler, tag }
    if (list.assignee !== undefined) filter.assigneeKey = await this.#assignee(principal, list.assignee)
    if (list.contact !== undefined) {
      const contact = await read.contacts.byId(principal.app.key, list.contact)
      if (contact === undefined) return null
      filter.contactKey = contact.key
    }
    return filter
  }

  /** Keys of conversations, each with the key of its newest message that matches. */
  async #search(principal: Staff, text: string): Promise<ReadonlyMap<number, number>> {
    const { search } = this.#context.store.read
    const found = await search.conversations(principal.app.key, text, { notes: true, limit: 500 })
    return new Map(found.map(({ conversationKey, messageKey }) => [conversationKey, messageKey]))
  }

  async #withMatches(views: ConversationView[], found: ReadonlyMap<number, number>): Promise<FoundView[]> {
    const keys = views.flatMap(({ conversation }) => found.get(conversation.key) ?? [])
    const messages = await this.#context.store.read.messages.byKeys(keys)
    const byKey = new Map(messages.map((message) => [message.key, message]))
    return views.map((view) => ({ ...view, match: byKey.get(found.get(view.conversation.key) ?? 0) }))
  }

  async #assignee(principal: Staff, assignee: string): Promise<number | null> {
    if (assignee === 'none') return null
    if (assignee === 'me') {
      if (principal.type === 'agent') return principal.agent.key
      throw invalid('Only an agent has conversations of their own. Name an agent by id.')
    }
    const agent = await this.#context.store.read.agents.byId(assignee)
    if (agent === undefined) throw notFound('agent')
    return agent.key
  }
}
