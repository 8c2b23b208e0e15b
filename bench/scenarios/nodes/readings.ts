import { cpuSeconds, familyCpuSeconds } from '../../machine/cpu.js'
import type { MeasuredRedis } from '../../machine/redis.js'
import { eventsHeard } from '../../product/nodes.js'
import type { Layout } from './layouts.js'

/** What the processes have spent, in seconds of CPU and bytes. */
export interface Spent {
  readonly nodes: number
  readonly postgres: number
  readonly redis: number
  readonly redisIn: number
  readonly redisOut: number
  /** Events that nodes heard from others. */
  readonly heard: number
}

/** Reads what the processes of one layout have spent since they began. */
export class Readings {
  constructor(
    private readonly postgresPid: number,
    private readonly redis: MeasuredRedis,
  ) {}

  /** What `work` spends, beside its result. */
  async during<Result>(
    layout: Layout,
    work: () => Promise<Result>,
  ): Promise<{ result: Result; spent: Spent }> {
    const before = await this.#read(layout)
    const result = await work()
    const after = await this.#read(layout)
    return { result, spent: difference(after, before) }
  }

  async #read({ nodes }: Layout): Promise<Spent> {
    const heard = await Promise.all(nodes.map(eventsHeard))
    const redis = await this.redis.figures()
    return {
      nodes: sum(nodes.map(({ pid }) => cpuSeconds(pid))),
      postgres: familyCpuSeconds(this.postgresPid),
      redis: redis.cpuSeconds,
      redisIn: redis.bytesIn,
      redisOut: redis.bytesOut,
      heard: sum(heard),
    }
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

function difference(after: Spent, before: Spent): Spent {
  return {
    nodes: after.nodes - before.nodes,
    postgres: after.postgres - before.postgres,
    redis: after.redis - before.redis,
    redisIn: after.redisIn - before.redisIn,
    redisOut: after.redisOut - before.redisOut,
    heard: after.heard - before.heard,
  }
}

/** What each of `count` took of it. */
export function each(spent: Spent, count: number): Spent {
  return {
    nodes: spent.nodes / count,
    postgres: spent.postgres / count,
    redis: spent.redis / count,
    redisIn: spent.redisIn / count,
    redisOut: spent.redisOut / count,
    heard: spent.heard / count,
  }
}
