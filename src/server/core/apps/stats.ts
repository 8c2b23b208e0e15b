import type { CoreContext } from '../context.js'
import { idAt } from '../ids.js'
import type { SenderType } from '../model.js'
import { assertMay } from '../permissions.js'
import type { Staff } from '../principal.js'

/** The state of an app at this moment; durations in seconds, null while nothing is known. */
export interface AppStats {
  conversations: { open: number; bot: number; queue: number; agent: number; snoozed: number; closed: number }
  queue: { size: number; high: number; normal: number; low: number; longestWaitSeconds: number }
  agents: { total: number; online: number; available: number }
  messages: { today: number; contact: number; agent: number; bot: number }
  /** What bots were asked and what it cost, over the last 30 days. */
  bot: { turns: number; inputTokens: number; outputTokens: number }
  averages: {
    waitingSeconds: number | null
    firstReplySeconds: number | null
    durationSeconds: number | null
    rating: number | null
  }
}

const dayMs = 86_400_000
/** Means are over the conversations closed in this time. */
const averagedOverMs = 30 * dayMs

/** Counts what an app's dashboard shows. */
export class Stats {
  readonly #context: CoreContext

  constructor(context: CoreContext) {
    this.#context = context
  }

  async of(principal: Staff): Promise<AppStats> {
    assertMay(principal, 'app.read')
    const appKey = principal.app.key
    const since = this.#context.clock.now() - averagedOverMs
    const [conversations, queue, agents, messages, bot, averages] = await Promise.all([
      this.#conversations(appKey),
      this.#queue(appKey),
      this.#agents(appKey),
      this.#messages(appKey),
      this.#context.store.read.botTurns.usage(appKey, since),
      this.#averages(appKey),
    ])
    return { conversations, queue, agents, messages, bot, averages }
  }

  async #conversations(appKey: number): Promise<AppStats['conversations']> {
    const counts = { open: 0, bot: 0, queue: 0, agent: 0, snoozed: 0, closed: 0 }
    for (const { status, handler, count } of await this.#context.store.read.conversations.countByState(
      appKey,
    )) {
      counts[status] += count
      if (status === 'open' && handler !== null) counts[handler] += count
    }
    return counts
  }

  async #queue(appKey: number): Promise<AppStats['queue']> {
    const { queue } = this.#context.store.read
    const [sizes, head] = await Promise.all([queue.sizes(appKey), queue.longestWaiting(appKey)])
    const of = (rank: number) => sizes.find(({ priority }) => priority === rank)?.waiting ?? 0
    const waitedMs = head === undefined ? 0 : this.#context.clock.now() - head.requestedAt
    const longestWaitSeconds = Math.max(0, Math.round(waitedMs / 1000))
    return { size: of(0) + of(1) + of(2), high: of(0), normal: of(1), low: of(2), longestWaitSeconds }
  }

  async #agents(appKey: number): Promise<AppStats['agents']> {
    const members = await this.#context.store.read.agents.members(appKey)
    const connected = new Set(this.#context.presence.onlineKeys(appKey, 'agent'))
    const online = members.filter(({ agent }) => connected.has(agent.key))
    const available = online.filter(({ agent }) => agent.availability === 'online')
    return { total: members.length, online: online.length, available: available.length }
  }

  async #messages(appKey: number): Promise<AppStats['messages']> {
    const midnight = Math.floor(this.#context.clock.now() / dayMs) * dayMs
    const counts = await this.#context.store.read.messages.countSince(appKey, idAt('msg', midnight))
    const of = (type: SenderType) => counts.find(({ senderType }) => senderType === type)?.count ?? 0
    const today = counts.reduce((total, { count }) => total + count, 0)
    return { today, contact: of('contact'), agent: of('agent'), bot: of('bot') }
  }

  async #averages(appKey: number): Promise<AppStats['averages']> {
    const since = this.#context.clock.now() - averagedOverMs
    const means = await this.#context.store.read.stats.averages(appKey, since)
    const seconds = (milliseconds: number | null) =>
      milliseconds === null ? null : Math.round(milliseconds / 100) / 10
    return {
      waitingSeconds: seconds(means.waitedMs),
      firstReplySeconds: seconds(means.firstReplyMs),
      durationSeconds: seconds(means.durationMs),
      rating: means.rating === null ? null : Math.round(means.rating * 10) / 10,
    }
  }
}
