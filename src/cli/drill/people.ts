import {
  type AdminClient,
  type AdminLive,
  connectAdmin,
  connectVisitor,
  createAdminClient,
  createVisitorClient,
  type VisitorClient,
  type VisitorLive,
} from '../../client/index.js'
import type { DrillScene } from '../../server/core/apps/drills.js'

export interface DrillVisitor {
  readonly client: VisitorClient
  readonly live: VisitorLive
  readonly conversationId: string
}

export interface DrillAgent {
  readonly client: AdminClient
  readonly live: AdminLive
}

const patience = { backoff: { first: 100, longest: 1_000 }, ackTimeout: 5_000 }

/** Two visitors, each with a conversation, and two agents who follow both. */
export class People implements Disposable {
  private constructor(
    readonly visitors: readonly DrillVisitor[],
    readonly agents: readonly DrillAgent[],
  ) {}

  static async arrive(url: string, scene: DrillScene): Promise<People> {
    const clients = ['Vic', 'Val'].map((name) =>
      createVisitorClient({
        url,
        appId: scene.app.id,
        apiKey: scene.publishableKey,
        deviceId: `drill-${name.toLowerCase()}`,
        user: { name },
      }),
    )
    const begun = await Promise.all(clients.map((client) => client.start()))
    const visitors = clients.map((client, index) => ({
      client,
      live: connectVisitor(client, patience),
      conversationId: begun[index]?.id ?? '',
    }))
    const agents = scene.agentTokens.map((token) => {
      const client = createAdminClient({ url, token, appId: scene.app.id })
      return { client, live: connectAdmin(client, patience) }
    })
    return new People(visitors, agents)
  }

  get conversationIds(): string[] {
    return this.visitors.map(({ conversationId }) => conversationId)
  }

  /** Every view of a conversation: its visitor's and that of each agent. */
  feedsOf({ live, conversationId }: DrillVisitor) {
    return [
      live.conversation(conversationId),
      ...this.agents.map((agent) => agent.live.conversation(conversationId)),
    ]
  }

  /** Resolves when everybody sees every conversation that is theirs to see. */
  async ready(): Promise<void> {
    await Promise.all(this.visitors.flatMap((visitor) => this.feedsOf(visitor).map(({ ready }) => ready)))
  }

  connected(): boolean {
    return [...this.visitors, ...this.agents].every(({ live }) => live.state.phase === 'connected')
  }

  [Symbol.dispose](): void {
    for (const { live } of [...this.visitors, ...this.agents]) live.close()
  }
}
