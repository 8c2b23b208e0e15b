import type { Clock } from '../../core/ports.js'
import type { Exchange } from './exchange.js'
import type { MessageOrder } from './message-order.js'
import { type Shard, shardOfApp } from './shards.js'

/** Whoever was cut comes back within this time, and finds the shard still heard. */
const defaultLingerMs = 30_000

interface Heard {
  readonly order: MessageOrder
  readonly begun: Promise<void>
  users: number
  cancelEnd: () => void
}

interface Options {
  readonly exchange: Exchange
  readonly clock: Clock
  readonly lingerMs?: number
  /** A shard is heard from now on; what was remembered of its apps may be outdated. */
  begins(shard: Shard): void
  /** It is heard for sure: what others send to it comes. */
  begun(shard: Shard): void
  ended(shard: Shard): void
  order(shard: Shard): MessageOrder
}

/** The shards whose apps somebody here needs, each with the order of its messages. */
export class HeardApps {
  readonly #options: Options
  readonly #heard = new Map<Shard, Heard>()

  constructor(options: Options) {
    this.#options = options
  }

  /** Resolves when the app's events are heard; gives what ends that, a while after the last user has gone. */
  async follow(appKey: number): Promise<() => void> {
    const shard = shardOfApp(appKey)
    const heard = this.#heard.get(shard) ?? this.#begin(shard)
    heard.users += 1
    heard.cancelEnd()
    let using = true
    await heard.begun
    return () => {
      if (!using) return
      using = false
      this.#release(shard, heard)
    }
  }

  /** Undefined for a shard that is not heard: nobody here waits for its messages. */
  order(shard: Shard): MessageOrder | undefined {
    return this.#heard.get(shard)?.order
  }

  *[Symbol.iterator](): Iterator<Shard> {
    yield* this.#heard.keys()
  }

  #begin(shard: Shard): Heard {
    const { exchange, order, begins } = this.#options
    const heard = { order: order(shard), begun: exchange.follow(shard), users: 0, cancelEnd: () => {} }
    this.#heard.set(shard, heard)
    begins(shard)
    void heard.begun.then(() => this.#options.begun(shard))
    return heard
  }

  #release(shard: Shard, heard: Heard): void {
    heard.users -= 1
    if (heard.users > 0) return
    const { clock, exchange, lingerMs } = this.#options
    heard.cancelEnd = clock.after(lingerMs ?? defaultLingerMs, () => {
      this.#heard.delete(shard)
      exchange.unfollow(shard)
      this.#options.ended(shard)
    })
  }
}
