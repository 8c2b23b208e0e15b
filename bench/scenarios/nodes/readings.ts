import { setTimeout as delay } from 'node:timers/promises'
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
  ): Promise<{ result: Result; spent: Spent; seconds: number }> {
    const before = await this.#read(layout)
    const start = performance.now()
    const result = await work()
    const seconds = (performance.now() - start) / 1_000
    const after = await this.#read(layout)
    return { result, spent: difference(after, before), seconds }
  }

  /** What a second without any work spends: nodes beat, and Postgres and Redis are asked whether there is something to do. */
  async atRest(layout: Layout, milliseconds: number): Promise<Spent> {
    const { spent, seconds } = await this.during(layout, () => delay(milliseconds))
    return each(spent, seconds)
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

/** A figure of its own for each thing that is spent. */
export const spentOf = (figure: (key: keyof Spent) => number): Spent => ({
  nodes: figure('nodes'),
  postgres: figure('postgres'),
  redis: figure('redis'),
  redisIn: figure('redisIn'),
  redisOut: figure('redisOut'),
  heard: figure('heard'),
})

/** What is left of it without what was spent before, or besides, `times` over. */
export const difference = (spent: Spent, other: Spent, times = 1): Spent =>
  spentOf((key) => spent[key] - other[key] * times)

/** What each of `count` took of it. */
export const each = (spent: Spent, count: number): Spent => spentOf((key) => spent[key] / count)
