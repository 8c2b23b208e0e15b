import { SocketLoad } from '../../load/load-process.js'
import type { AppCredentials, Target } from '../../load/targets.js'
import type { MeasuredRedis } from '../../machine/redis.js'
import type { RunningServer } from '../../machine/server.js'
import { numberedApp } from '../../product/instance.js'
import { type Installation, startNodes } from '../../product/nodes.js'
import type { DurablePostgres } from '../../product/postgres.js'

/** The same apps on one node or several, with a load of its own. */
export interface Layout {
  readonly name: string
  readonly nodes: readonly RunningServer[]
  readonly load: SocketLoad
}

const NODES = 3
const APPS = 6
const VISITORS_EACH_NODE = 60
/** As many as nodes, so that with every app on all of them each message crosses to both others. */
const AGENTS_EACH_APP = NODES

const appsFrom = (first: number) => Array.from({ length: APPS }, (_, index) => numberedApp(first + index))
const everywhere = appsFrom(1)
const apart = appsFrom(1 + APPS)

/** Who measures: two installations beside each other on one Postgres and one Redis, of which one has a node. */
export class Layouts implements AsyncDisposable {
  readonly all: Layout[] = []
  readonly #installations: Installation[] = []

  static async start(postgres: DurablePostgres, redis: MeasuredRedis): Promise<Layouts> {
    const layouts = new Layouts()
    try {
      await layouts.#start(postgres, redis)
    } catch (error) {
      await layouts[Symbol.asyncDispose]()
      throw error
    }
    return layouts
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.all.map(({ load }) => load.stop()))
    await Promise.allSettled(this.#installations.map((one) => one[Symbol.asyncDispose]()))
  }

  async #start(postgres: DurablePostgres, redis: MeasuredRedis): Promise<void> {
    const one = await startNodes({
      nodes: 1,
      apps: everywhere,
      postgresUrl: postgres.url,
      redisUrl: redis.url(0),
    })
    this.#installations.push(one)
    const three = await startNodes({
      nodes: NODES,
      apps: [...everywhere, ...apart],
      postgresUrl: await postgres.database('replyhq_bench_nodes'),
      redisUrl: redis.url(1),
    })
    this.#installations.push(three)
    await this.#add('one node', one.nodes, everywhere, () => one.nodes)
    await this.#add('three, every app on all', three.nodes, everywhere, () => three.nodes)
    await this.#add('three, each app on one', three.nodes, apart, (place) =>
      three.nodes.slice(place % NODES, (place % NODES) + 1),
    )
  }

  /** `nodesOf` says which nodes the app at a place in the list has its visitors and agents on. */
  async #add(
    name: string,
    nodes: readonly RunningServer[],
    apps: readonly AppCredentials[],
    nodesOf: (place: number) => readonly RunningServer[],
  ): Promise<void> {
    const load = new SocketLoad()
    this.all.push({ name, nodes, load })
    for (const [place, app] of apps.entries())
      await load.connect({
        targets: targetsOf(app, nodesOf(place)),
        visitors: (VISITORS_EACH_NODE * nodes.length) / APPS,
        watchers: AGENTS_EACH_APP,
        receiptsEvery: 0,
        conversations: true,
      })
  }
}

function targetsOf(app: AppCredentials, nodes: readonly RunningServer[]): [Target, ...Target[]] {
  const [first, ...further] = nodes.map(({ port }): Target => ({ kind: 'product', port, app }))
  if (first === undefined) throw new Error(`${app.id} has no node.`)
  return [first, ...further]
}
