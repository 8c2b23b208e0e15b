import { invalid } from '../errors.js'
import type { ConversationView } from '../events.js'
import type { QueueEntry } from '../model.js'
import { assertMay } from '../permissions.js'
import type { Staff } from '../principal.js'
import type { QueueParts } from './parts.js'
import { estimateSeconds } from './waits.js'

export interface QueuedConversation {
  entry: QueueEntry
  position: number
  etaSeconds: number | null
  view: ConversationView
}

export interface QueuePage {
  entries: QueuedConversation[]
  /** Of the whole queue, */
  size: number
  /** and the number of the last change of it. */
  change: number
  next: string | null
}

/** The queue as a list. */
export class QueueListing {
  readonly #parts: QueueParts

  constructor(parts: QueueParts) {
    this.#parts = parts
  }

  async page(principal: Staff, page: { limit: number; after?: string }): Promise<QueuePage> {
    assertMay(principal, 'app.read')
    const { read } = this.#parts.context.store
    const appKey = principal.app.key
    const after = page.after === undefined ? undefined : await this.#entryOf(principal, page.after)
    const [change, sizes, rows] = await Promise.all([
      read.queue.change(appKey),
      read.queue.sizes(appKey),
      read.queue.page(appKey, after, page.limit + 1),
    ])
    const shown = rows.slice(0, page.limit)
    const entries = await this.#describe(principal, shown)
    const size = sizes.reduce((total, { waiting }) => total + waiting, 0)
    const next = rows.length > page.limit ? (entries.at(-1)?.view.conversation.id ?? null) : null
    return { entries, size, change, next }
  }

  async #describe(principal: Staff, rows: QueueEntry[]): Promise<QueuedConversation[]> {
    const { read } = this.#parts.context.store
    const [first] = rows
    if (first === undefined) return []
    const [start, conversations, averages] = await Promise.all([
      read.queue.position(first),
      read.conversations.byKeys(rows.map((row) => row.conversationKey)),
      read.queue.averageWaits(principal.app.key),
    ])
    const views = await this.#parts.views.many(principal.app, conversations)
    const now = this.#parts.context.clock.now()
    return rows.flatMap((entry, index) => {
      const view = views.find((candidate) => candidate.conversation.key === entry.conversationKey)
      if (view === undefined) return []
      const average = averages.find(({ priority }) => priority === entry.priority)?.averageMs
      const etaSeconds = estimateSeconds(average, entry.requestedAt, now)
      return [{ entry, position: start + index, etaSeconds, view }]
    })
  }

  async #entryOf(principal: Staff, conversationId: string): Promise<QueueEntry> {
    const thread = await this.#parts.threads.forStaff(principal, conversationId, 'app.read')
    const entry = await this.#parts.context.store.read.queue.last(thread.conversationKey)
    if (entry === undefined) throw invalid('This cursor does not fit. Start from the first page.')
    return entry
  }
}
