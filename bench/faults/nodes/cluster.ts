import { createAdminClient } from '../../../src/client/index.js'
import { Balancer } from '../../../test/realtime/balancer.js'
import { freePort } from '../../../test/setup/child-process.js'
import {
  createDatabase,
  type RestartablePostgres,
  startRestartablePostgres,
} from '../../../test/setup/postgres.js'
import { type RedisServer, startRedis } from '../../../test/setup/redis.js'
import { app } from '../../product/instance.js'
import { FaultServer } from '../server.js'

const nodeCount = 3

/** Three nodes on a Postgres and a Redis of their own. */
export class Cluster implements AsyncDisposable {
  private constructor(
    readonly nodes: readonly FaultServer[],
    /** An address before each node, which leads to the next one while that is gone. */
    readonly doors: readonly Balancer[],
    readonly postgres: RestartablePostgres,
    readonly redis: BreakableRedis,
  ) {}

  /** `plan` is the installation as text. */
  static async start(plan: string, environment: NodeJS.ProcessEnv): Promise<Cluster> {
    const [postgres, redis] = await Promise.all([startRestartablePostgres(), BreakableRedis.start()])
    const addresses = {
      REPLYHQ_DATABASE_URL: await createDatabase(postgres, 'replyhq_nodes'),
      REPLYHQ_REDIS_URL: redis.url,
    }
    const first = await FaultServer.install({ plan, environment: { ...addresses, ...environment } })
    const others = Array.from({ length: nodeCount - 1 }, () => FaultServer.beside(first))
    const nodes = [first, ...(await Promise.all(others))]
    await Promise.all(nodes.map((node) => node.start()))
    const doors = nodes.map((_, index) => Balancer.before([...nodes.slice(index), ...nodes.slice(0, index)]))
    return new Cluster(nodes, await Promise.all(doors), postgres, redis)
  }

  /** A client with the secret key, behind the n-th door. */
  staff(door: number) {
    return createAdminClient({ url: this.door(door), apiKey: app.secretKey, appId: app.id })
  }

  door(index: number): string {
    return this.doors[index % this.doors.length]?.url ?? ''
  }

  /** What the nodes answer to `GET /ready`; 0 where nobody answers. */
  ready(): Promise<number[]> {
    const statusOf = ({ url }: FaultServer) =>
      fetch(`${url}/ready`).then(
        ({ status }) => status,
        () => 0,
      )
    return Promise.all(this.nodes.map(statusOf))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const door of this.doors) door[Symbol.dispose]()
    for (const node of this.nodes) await node[Symbol.asyncDispose]()
    await this.redis.stop()
    await this.postgres.stop()
  }
}

/** A Redis that freezes, and that ends and starts again without what it knew. */
export class BreakableRedis {
  #server: RedisServer

  private constructor(
    private readonly port: number,
    server: RedisServer,
  ) {
    this.#server = server
  }

  static async start(): Promise<BreakableRedis> {
    const port = await freePort()
    return new BreakableRedis(port, await startRedis(port))
  }

  get url(): string {
    return this.#server.url
  }

  freeze(): void {
    this.#signal('SIGSTOP')
  }

  thaw(): void {
    this.#signal('SIGCONT')
  }

  stop(): Promise<void> {
    return this.#server.stop()
  }

  async start(): Promise<void> {
    this.#server = await startRedis(this.port)
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#server.pid !== undefined) process.kill(this.#server.pid, signal)
  }
}
