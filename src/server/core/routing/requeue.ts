import { settingsOf } from '../apps/settings.js'
import type { CoreContext } from '../context.js'
import type { App, Conversation } from '../model.js'
import type { Queue } from '../queue/queue.js'

/** Looked at in one round, the longest assigned first among the newest: enough for any team. */
const lookedAt = 1_000

/** Brings back to the queue what waits for an agent who has gone. */
export class Requeue {
  readonly #context: CoreContext
  readonly #queue: Queue
  readonly #since: number
  /** When an agent of an app went, by `app:agent`. */
  readonly #gone = new Map<string, number>()

  constructor(context: CoreContext, queue: Queue) {
    this.#context = context
    this.#queue = queue
    // Who was connected before this server started has its grace from here on.
    this.#since = context.clock.now()
    context.bus.subscribe((event) => {
      if (event.type !== 'presence.changed' || event.subject !== 'agent') return
      const name = nameOf(event.appKey, event.key)
      if (this.#connected(event.appKey, event.key)) this.#gone.delete(name)
      else if (!this.#gone.has(name)) this.#gone.set(name, event.at)
    })
  }

  /** One round over all apps; gives how many conversations went back. */
  async round(): Promise<number> {
    let moved = 0
    for (const app of await this.#context.store.read.apps.list()) moved += await this.#ofApp(app)
    return moved
  }

  async #ofApp(app: App): Promise<number> {
    const assigned = await this.#context.store.read.conversations.list(
      app.key,
      { status: 'open', handler: 'agent' },
      { limit: lookedAt },
    )
    const left = assigned.filter(
      (conversation) => waitsForAgent(conversation) && this.#left(app, conversation),
    )
    for (const { id } of left) await this.#queue.release({ type: 'operator', app }, id)
    return left.length
  }

  #left(app: App, { assigneeKey }: Conversation): boolean {
    if (assigneeKey === null || this.#connected(app.key, assigneeKey)) return false
    const since = this.#gone.get(nameOf(app.key, assigneeKey)) ?? this.#since
    return this.#context.clock.now() - since > settingsOf(app).agentGraceSeconds * 1000
  }

  #connected(appKey: number, agentKey: number): boolean {
    return this.#context.presence.online({ type: 'agent', appKey, key: agentKey })
  }
}

const nameOf = (appKey: number, agentKey: number) => `${appKey}:${agentKey}`

/** The contact wrote last, or nobody wrote yet. */
const waitsForAgent = ({ lastSequence, lastContactSequence }: Conversation) =>
  lastSequence === lastContactSequence
