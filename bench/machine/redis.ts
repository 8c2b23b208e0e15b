import { Redis } from 'ioredis'
import { freePort } from '../../test/setup/child-process.js'
import { startRedis } from '../../test/setup/redis.js'
import { pinProcess, SERVER_CORE } from './cores.js'

/** What a Redis has spent since it began. */
export interface RedisFigures {
  readonly cpuSeconds: number
  readonly bytesIn: number
  readonly bytesOut: number
}

/** A Redis of its own on the servers' core, which tells what it spends. */
export class MeasuredRedis implements AsyncDisposable {
  private constructor(
    private readonly port: number,
    private readonly client: Redis,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(): Promise<MeasuredRedis> {
    const port = await freePort()
    const server = await startRedis(port)
    const client = new Redis(port)
    const redis = new MeasuredRedis(port, client, () => server.stop())
    pinProcess(SERVER_CORE, await redis.#number('process_id'))
    return redis
  }

  /** Each installation has a database of its own. */
  url(database: number): string {
    return `redis://127.0.0.1:${this.port}/${database}`
  }

  async figures(): Promise<RedisFigures> {
    const info = await this.client.info()
    return {
      cpuSeconds: field(info, 'used_cpu_sys') + field(info, 'used_cpu_user'),
      bytesIn: field(info, 'total_net_input_bytes'),
      bytesOut: field(info, 'total_net_output_bytes'),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.disconnect()
    await this.end()
  }

  async #number(name: string): Promise<number> {
    return field(await this.client.info(), name)
  }
}

function field(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(.+)`, 'm').exec(info)?.[1])
}
