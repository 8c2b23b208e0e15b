import { connectVisitor, createVisitorClient } from '../../../src/client/index.js'
import { until } from '../../../test/helpers/until.js'
import { app } from '../../product/instance.js'
import type { Cluster } from './cluster.js'

const mostSeconds = 30

/** A visitor on one node alone, who goes in the moment in which that node dies. */
export class Ghost {
  #goneAt = 0

  private constructor(
    private readonly cluster: Cluster,
    private readonly conversationId: string,
    private readonly leaving: () => void,
  ) {}

  /** Resolves when the other nodes see the visitor. */
  static async appear(cluster: Cluster, node: number, deviceId: string): Promise<Ghost> {
    const url = cluster.nodes[node]?.url ?? ''
    const client = createVisitorClient({ url, appId: app.id, apiKey: app.publishableKey, deviceId })
    const { id } = await client.start()
    const live = connectVisitor(client)
    const ghost = new Ghost(cluster, id, () => live.close())
    await until('the visitor is seen', () => ghost.#isSeen(node + 1), { deadline: 30_000, every: 50 })
    return ghost
  }

  leave(): void {
    this.leaving()
    this.#goneAt = performance.now()
  }

  /** Seconds until nobody is shown any more; infinite when that takes far too long. */
  async secondsUntilGone(): Promise<number> {
    const seconds = () => (performance.now() - this.#goneAt) / 1_000
    while (seconds() < 2 * mostSeconds) {
      const seen = await Promise.all(this.cluster.doors.map((_, door) => this.#isSeen(door)))
      if (!seen.includes(true)) return seconds()
    }
    return Number.POSITIVE_INFINITY
  }

  /** While nobody can be asked nobody is shown either. */
  async #isSeen(door: number): Promise<boolean> {
    const seen = await this.cluster
      .staff(door)
      .conversations.one(this.conversationId)
      .catch(() => null)
    return seen?.online === true
  }
}

export const breachesOfGhosts = (seconds: readonly number[]): string[] =>
  seconds
    .filter((gone) => gone > mostSeconds)
    .map((gone) => `somebody who was gone was shown for ${gone.toFixed(0)} s`)
