import type { CoreContext } from '../context.js'
import { type Priority, type PriorityRank, priorityName } from '../model.js'
import { assertMay } from '../permissions.js'
import type { Staff } from '../principal.js'
import type { QueuedConversation } from '../queue/listing.js'
import type { Queue } from '../queue/queue.js'

/** One priority of a queue. */
export interface InspectedLevel {
  priority: Priority
  /** What the counter says, on which positions rest, */
  waiting: number
  /** and what is there: a difference is a fault. */
  counted: number
  /** Null until somebody was claimed. */
  averageWaitMs: number | null
}

export interface InspectedOffer {
  conversationId: string
  agent: { id: string; name: string }
  offeredAt: number
  endsAt: number
}

/** Everything about a queue, for those who look for what is wrong. */
export interface Inspection {
  entries: QueuedConversation[]
  size: number
  change: number
  levels: InspectedLevel[]
  offers: InspectedOffer[]
}

const entriesAtOnce = 1_000
const ranks: readonly PriorityRank[] = [0, 1, 2]

/** Looks at a queue from all sides. Counts every entry, so it costs more the longer the queue is. */
export class QueueInspections {
  readonly #context: CoreContext
  readonly #queue: Queue

  constructor(context: CoreContext, queue: Queue) {
    this.#context = context
    this.#queue = queue
  }

  async of(principal: Staff, limit: number): Promise<Inspection> {
    assertMay(principal, 'app.manage')
    const { key } = principal.app
    const [{ entries, size, change }, levels, offers] = await Promise.all([
      this.#queue.list(principal, { limit }),
      this.#levels(key),
      this.#offers(key),
    ])
    return { entries, size, change, levels, offers }
  }

  async #levels(appKey: number): Promise<InspectedLevel[]> {
    const { queue } = this.#context.store.read
    const [sizes, averages, counted] = await Promise.all([
      queue.sizes(appKey),
      queue.averageWaits(appKey),
      this.#count(appKey),
    ])
    return ranks.map((rank) => ({
      priority: priorityName(rank),
      waiting: sizes.find(({ priority }) => priority === rank)?.waiting ?? 0,
      counted: counted.get(rank) ?? 0,
      averageWaitMs: averages.find(({ priority }) => priority === rank)?.averageMs ?? null,
    }))
  }

  async #count(appKey: number): Promise<Map<PriorityRank, number>> {
    const { queue } = this.#context.store.read
    const counted = new Map<PriorityRank, number>()
    let page = await queue.page(appKey, undefined, entriesAtOnce)
    while (page.length > 0) {
      for (const { priority } of page) counted.set(priority, (counted.get(priority) ?? 0) + 1)
      page = page.length < entriesAtOnce ? [] : await queue.page(appKey, page.at(-1), entriesAtOnce)
    }
    return counted
  }

  async #offers(appKey: number): Promise<InspectedOffer[]> {
    const { agents, conversations, offers } = this.#context.store.read
    const open = await offers.open(appKey)
    const [members, rows] = await Promise.all([
      agents.members(appKey),
      conversations.byKeys(open.map(({ conversationKey }) => conversationKey)),
    ])
    return open.flatMap(({ agentKey, conversationKey, offeredAt, endsAt }) => {
      const agent = members.find((member) => member.agent.key === agentKey)?.agent
      const conversationId = rows.find((row) => row.key === conversationKey)?.id
      if (agent === undefined || conversationId === undefined) return []
      return [{ conversationId, agent: { id: agent.id, name: agent.name }, offeredAt, endsAt }]
    })
  }
}
