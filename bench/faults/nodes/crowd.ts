import { type AdminLive, connectAdmin, createAdminClient } from '../../../src/client/index.js'
import type { Receiver } from '../../../test/helpers/receiver.js'
import { until } from '../../../test/helpers/until.js'
import { agent, app } from '../../product/instance.js'
import type { Finding } from '../fault.js'
import { tallyOf } from '../kept.js'
import { breachesOf, sum, type Tally, tally } from '../tally.js'
import { Writer } from '../writer.js'
import type { Cluster } from './cluster.js'
import { settleDeliveries } from './deliveries.js'
import { Members } from './members.js'
import { Asker } from './questions.js'

const pauseMs = 30
const doors = [0, 1, 2]

/** Visitors who write and one agent who sees all of it, members, and visitors whom a bot answers, on all nodes. */
export class Crowd implements Disposable {
  readonly #stop = new AbortController()
  #busy: Promise<unknown> = Promise.resolve()

  private constructor(
    private readonly url: string,
    readonly writers: readonly Writer[],
    private readonly agent: Agent,
    private readonly members: Members,
    private readonly askers: readonly Asker[],
  ) {}

  static async gather(cluster: Cluster): Promise<Crowd> {
    const writers = doors.flatMap((door) =>
      (['rest', 'socket'] as const).map((transport) => {
        const deviceId = `device-${door}-${transport}`
        return new Writer({ url: cluster.door(door), app, deviceId, transport })
      }),
    )
    const askers = doors.map((door) => new Asker(cluster.door(door), door))
    await Promise.all([...writers, ...askers].map((person) => person.begin()))
    const watching = await Agent.watch(cluster.door(1), writers)
    const members = await Members.meet(cluster.door(0), cluster.door(2))
    return new Crowd(cluster.door(0), writers, watching, members, askers)
  }

  /** Everybody writes from now on. */
  begin(): void {
    const { signal } = this.#stop
    this.#busy = Promise.all([
      ...this.writers.map((writer) => writer.writeUntil(signal, pauseMs)),
      this.members.writeUntil(signal, pauseMs),
      ...this.askers.map((asker) => asker.askUntil(signal)),
    ])
    // Seen at the end, whatever happens before.
    this.#busy.catch(() => {})
  }

  /** Lets everybody finish, and holds what there is against what was promised. */
  async end(receiver: Receiver): Promise<Finding> {
    this.#stop.abort()
    await this.#busy
    await Promise.all(this.writers.map((writer) => writer.settle()))
    const found = sum([await tallyOf({ url: this.url, app }, this.writers), await this.#ofMembers()])
    const { acknowledged } = this.members
    const all = [...this.writers.flatMap((writer) => writer.acknowledged), ...acknowledged]
    const [seen, deliveries, answers] = [
      await this.agent.missed(),
      await settleDeliveries(receiver, all),
      await this.#answers(),
    ]
    return {
      figures: { ...found, ...answers.figures, ...deliveries.figures },
      breaches: [
        ...breachesOf(found),
        ...seen,
        ...this.#heardTwice(),
        ...deliveries.breaches,
        ...answers.breaches,
      ],
    }
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    this.agent[Symbol.dispose]()
    this.members[Symbol.dispose]()
  }

  async #ofMembers(): Promise<Tally> {
    return tally(await this.members.stored(), this.members.acknowledged)
  }

  /** Live events are sent once: what was missed is fetched, and nothing may come twice. */
  #heardTwice(): string[] {
    const { heard } = this.members
    const twice = heard.length - new Set(heard).size
    return twice === 0 ? [] : [`a member heard ${twice} messages twice`]
  }

  async #answers(): Promise<Finding> {
    const found = await Promise.all(this.askers.map((asker) => asker.found()))
    const wrong = found.reduce((total, one) => total + one.wrong, 0)
    return {
      figures: {
        'questions to the bot': this.askers.reduce((total, { asked }) => total + asked, 0),
        'handed over to people': found.filter(({ handedOver }) => handedOver).length,
      },
      breaches: wrong === 0 ? [] : [`${wrong} questions or answers of the bot are not where they belong`],
    }
  }
}

/** An agent with all the visitors' conversations on the screen. */
class Agent implements Disposable {
  private constructor(
    private readonly live: AdminLive,
    private readonly views: readonly { feed: ReturnType<AdminLive['conversation']>; announced: number[] }[],
    private readonly writers: readonly Writer[],
  ) {}

  static async watch(url: string, writers: readonly Writer[]): Promise<Agent> {
    const live = connectAdmin(createAdminClient({ url, token: agent.token }), {
      backoff: { first: 50, longest: 500 },
    })
    const views = writers.map(({ conversationId }) => {
      const feed = live.conversation(conversationId)
      const announced: number[] = []
      feed.subscribe((change) => {
        if (change.type === 'message' && change.fresh && change.message.sequence !== null)
          announced.push(change.message.sequence)
      })
      return { feed, announced }
    })
    await Promise.all(views.map(({ feed }) => feed.ready))
    return new Agent(live, views, writers)
  }

  /** Waits until the screen is up to date; what does not come, or came twice or in another order, in words. */
  async missed(): Promise<string[]> {
    const lengths = this.writers.map(({ acknowledged }) => acknowledged.length)
    const complete = () => this.views.every(({ feed }, index) => feed.lastSequence === lengths[index])
    const came = await until('the agent sees all', complete, { deadline: 60_000, every: 50 }).catch(
      () => false,
    )
    const disordered = this.views.filter(({ announced }) =>
      announced.some((sequence, index) => sequence !== index + 1),
    )
    return [
      ...(came ? [] : ['the agent does not see all, a minute after the last message']),
      ...(disordered.length === 0 ? [] : ['the agent saw messages twice, or in another order']),
    ]
  }

  [Symbol.dispose](): void {
    this.live.close()
  }
}
