import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Carrier, CarrierListener, OpenCarrier, Parcel } from './carrier.js'
import { redisClient, whenReady } from './redis-connection.js'
import { allShards, commonShard, nameOfShard, type Shard } from './shards.js'
import { newestIn, type Place, StreamReader } from './stream-reader.js'

export interface StreamOptions {
  readonly url: string
  /** What the keys of all streams begin with. */
  readonly key: string
  /** About how many entries each keeps: what a node that was away can still read. */
  readonly length?: number
  /** Entries older than this go, so that a quiet installation keeps no texts in Redis. */
  readonly ageMs?: number
}

/** At 1.5 KB an entry 15 MB for each busy shard, and at 2,000 entries a second in one five seconds of absence. */
const defaultLength = 10_000
const defaultAgeMs = 10 * 60_000
const trimEveryMs = 60_000
const answerMs = 5_000
const retryMs = 250
/** What wakes a reader is of use for a moment only; the key goes with its node. */
const wakeKeptMs = 60_000

/** Carries texts over Redis streams, one for each shard. Every node reads those that it follows, each from its own place. */
export const overRedis =
  (options: StreamOptions): OpenCarrier =>
  async (listener) => {
    const carrier = new RedisCarrier(options, listener)
    try {
      await carrier.open()
    } catch (error) {
      await carrier[Symbol.asyncDispose]()
      throw error
    }
    return carrier
  }

class RedisCarrier implements Carrier {
  readonly #key: string
  readonly #length: number
  readonly #ageMs: number
  readonly #listener: CarrierListener
  readonly #sender: Redis
  readonly #reader: StreamReader
  /** A stream of this node's own. */
  readonly #wakeKey: string
  #trimTimer: NodeJS.Timeout | undefined
  readonly #closing = new AbortController()

  constructor({ url, key, length, ageMs }: StreamOptions, listener: CarrierListener) {
    this.#key = key
    this.#wakeKey = `${key}:wake:${randomUUID()}`
    this.#length = length ?? defaultLength
    this.#ageMs = ageMs ?? defaultAgeMs
    this.#listener = listener
    this.#sender = redisClient(url, { commandTimeout: answerMs })
    this.#reader = new StreamReader(url, listener)
  }

  async open(): Promise<void> {
    await Promise.all([this.#sender.connect(), this.#reader.client.connect()])
    const key = this.#keyOf(commonShard)
    this.#reader.add(key, { id: await newestIn(this.#sender, key) })
    this.#reader.add(this.#wakeKey, { id: '0-0' })
    this.#reader.start()
    for (const client of [this.#sender, this.#reader.client]) client.on('ready', () => this.#tellConnected())
    this.#trimTimer = setInterval(() => this.#trim(), trimEveryMs).unref()
  }

  get connected(): boolean {
    return this.#sender.status === 'ready' && this.#reader.client.status === 'ready'
  }

  async send(parcels: readonly Parcel[]): Promise<void> {
    const pipeline = this.#sender.pipeline()
    for (const { shard, text } of parcels)
      pipeline.xadd(this.#keyOf(shard), 'MAXLEN', '~', this.#length, '*', 't', text)
    const results = (await pipeline.exec()) ?? []
    const failure = results.find(([error]) => error !== null)?.[0]
    if (failure || results.length < parcels.length) throw failure ?? new Error('Redis took not all entries.')
  }

  /** What is added behind the place that is found here will be read, even if the reading itself begins later. */
  async follow(shard: Shard): Promise<void> {
    const { signal } = this.#closing
    const key = this.#keyOf(shard)
    const place: Place = { id: null }
    this.#reader.add(key, place)
    while (!signal.aborted && this.#reader.reads(key, place) && place.id === null) {
      await whenReady(this.#sender, signal)
      place.id = await newestIn(this.#sender, key).catch(() => null)
      if (place.id === null) await delay(retryMs, undefined, { ref: false })
    }
    this.#wake()
  }

  unfollow(shard: Shard): void {
    this.#reader.remove(this.#keyOf(shard))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    clearInterval(this.#trimTimer)
    this.#sender.disconnect()
    await this.#reader.close()
  }

  #keyOf(shard: Shard): string {
    return `${this.#key}:${nameOfShard(shard)}`
  }

  #tellConnected(): void {
    if (this.connected) this.#listener.connected()
  }

  /** The reader waits for the streams that it knew when it began to wait; it begins anew when one of them has something. */
  #wake(): void {
    const waking = this.#sender.pipeline()
    waking.xadd(this.#wakeKey, 'MAXLEN', 1, '*', 't', '').pexpire(this.#wakeKey, wakeKeptMs)
    waking.exec().catch(() => {})
  }

  #trim(): void {
    if (!this.connected) return
    this.#trimAll().catch(() => {})
  }

  /** MINID is known since Redis 6.2; before, the length alone bounds the streams, and that they end after their nodes. */
  async #trimAll(): Promise<void> {
    const [seconds] = await this.#sender.time()
    const oldest = String(Number(seconds) * 1_000 - this.#ageMs)
    const pipeline = this.#sender.pipeline()
    for (const key of allShards.map((shard) => this.#keyOf(shard)))
      pipeline.xtrim(key, 'MINID', '~', oldest).pexpire(key, this.#ageMs)
    await pipeline.exec()
  }
}
