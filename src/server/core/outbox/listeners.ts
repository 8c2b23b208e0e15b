import type { CoreContext } from '../context.js'
import { isOfAllKinds } from '../gaps.js'
import type { Queries } from '../ports.js'
import type { EventType, Webhook } from './model.js'

/** A webhook that wants events. Empty types: all of them. */
type Receiver = Pick<Webhook, 'key' | 'id' | 'events'>

/** Who outside hears of an app: its enabled webhooks, and until when somebody reads the log of its events. */
export interface AppListeners {
  receivers: readonly Receiver[]
  loggedUntil: number
  loadedAt: number
}

// Another node may have changed it without this one hearing.
const goodForMs = 5_000

/** The name of the fact until when the events of an app are kept for readers. */
export const readUntilFact = (appKey: number) => `events_read_until:${appKey}`

/** What is asked for every message is answered from memory: where nobody listens it must cost nothing. */
export class Listeners {
  readonly #context: CoreContext
  readonly #known = new Map<number, AppListeners>()
  /** Counts changes: what was read before one must not be remembered after it. */
  #changes = 0

  constructor(context: CoreContext) {
    this.#context = context
    context.bus.subscribe((event) => {
      if (event.type !== 'outbox.changed') return
      this.#changes++
      this.#known.delete(event.appKey)
    })
    context.bus.onGap((gap) => {
      if (!isOfAllKinds(gap)) return
      this.#changes++
      this.#known.clear()
    })
  }

  /** Undefined when they must be loaded. */
  known(appKey: number): AppListeners | undefined {
    const known = this.#known.get(appKey)
    if (known === undefined) return undefined
    return Math.abs(this.#context.clock.now() - known.loadedAt) < goodForMs ? known : undefined
  }

  async load(read: Queries, appKey: number): Promise<AppListeners> {
    const changes = this.#changes
    // One after the other: in a transaction there is one connection.
    const webhooks = await read.webhooks.list(appKey)
    const until = await read.instance.get(readUntilFact(appKey))
    const listeners = {
      receivers: webhooks.filter(({ enabled }) => enabled),
      loggedUntil: Number(until ?? 0),
      loadedAt: this.#context.clock.now(),
    }
    if (changes === this.#changes) this.#known.set(appKey, listeners)
    return listeners
  }
}

export const wants = ({ events }: Receiver, type: EventType): boolean =>
  events.length === 0 || events.includes(type)
