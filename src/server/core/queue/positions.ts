import type { CoreContext } from '../context.js'
import type { Views } from '../conversations/views.js'
import { isOfApp } from '../gaps.js'
import type { Conversation } from '../model.js'
import type { Gap } from '../ports.js'

/** However fast the queue moves, those who wait hear of it four times a second. */
const tellEveryMs = 250
/** Visitors further back hear of their position when they come this near, or ask. */
const toldFromTheHead = 200

/** Tells connected visitors who wait when their position has changed. */
export class QueuePositions {
  readonly #context: CoreContext
  readonly #views: Views
  readonly #scheduled = new Set<number>()
  /** By app: the position that each waiting conversation was told last. */
  readonly #told = new Map<number, Map<number, number>>()

  constructor(context: CoreContext, views: Views) {
    this.#context = context
    this.#views = views
    context.bus.subscribe((event) => {
      if (event.type === 'queue.changed') this.#schedule({ key: event.appKey, id: event.appId })
    })
    // Who was told a position before may know a later one by now.
    context.bus.onGap((gap) => this.#forget(gap))
  }

  #forget(gap: Gap): void {
    for (const appKey of this.#told.keys()) if (isOfApp(gap, appKey)) this.#told.delete(appKey)
  }

  #schedule(app: { key: number; id: string }): void {
    if (this.#scheduled.has(app.key)) return
    this.#scheduled.add(app.key)
    this.#context.clock.after(tellEveryMs, () => {
      this.#scheduled.delete(app.key)
      this.#tell(app).catch((error) => this.#context.report(error, 'telling visitors their position'))
    })
  }

  async #tell(app: { key: number; id: string }): Promise<void> {
    const { read } = this.#context.store
    const online = new Set(this.#context.presence.onlineKeys(app.key, 'contact'))
    if (online.size === 0) return
    const entries = await read.queue.page(app.key, undefined, toldFromTheHead)
    const positions = new Map(entries.map((entry, index) => [entry.conversationKey, index + 1]))
    const told = this.#told.get(app.key)
    this.#told.set(app.key, positions)
    const moved = [...positions].filter(([key, position]) => told?.get(key) !== position).map(([key]) => key)
    const rows = moved.length === 0 ? [] : await read.conversations.byKeys(moved)
    const present = rows.filter(({ contactKey }) => contactKey !== null && online.has(contactKey))
    for (const row of present) await this.#publish(app, row)
  }

  async #publish(app: { key: number; id: string }, conversation: Conversation): Promise<void> {
    const view = await this.#views.one(app, conversation)
    if (view.queue === null) return
    const thread = {
      appKey: app.key,
      appId: app.id,
      conversationId: conversation.id,
      conversationKey: conversation.key,
      contactKey: conversation.contactKey,
      kind: conversation.kind,
    }
    this.#context.bus.publish({ type: 'queue.position', conversation: thread, view })
  }
}
