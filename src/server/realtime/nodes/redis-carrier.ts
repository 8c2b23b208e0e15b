import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Carrier, CarrierListener, OpenCarrier } from './carrier.js'
import { redisClient, whenReady } from './redis-connection.js'

export interface StreamOptions {
  readonly url: string
  /** The stream's key. */
  readonly key: string
  /** About how many entries it keeps: what a node that was away can still read. */
  readonly length?: number
  /** Entries older than this go, so that a quiet installation keeps no texts in Redis. */
  readonly ageMs?: number
}

/** At 1.5 KB an entry 30 MB, and at 2,000 entries a second ten seconds of absence. */
const defaultLength = 20_000
const defaultAgeMs = 10 * 60_000
const trimEveryMs = 60_000
const readAtOnce = 500
const blockMs = 5_000
const answerMs = 5_000
const retryMs = 250

/** Carries texts over one Redis stream. Every node reads all of it, each from its own place. */
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
  /** Blocked most of the time, so nothing else can use it. */
  readonly #reader: Redis
  /** The last entry that was read. */
  #place = '0-0'
  #reading: Promise<void> = Promise.resolve()
  #trimTimer: NodeJS.Timeout | undefined
  readonly #closing = new AbortController()

  constructor({ url, key, length, ageMs }: StreamOptions, listener: CarrierListener) {
    this.#key = key
    this.#length = length ?? defaultLength
    this.#ageMs = ageMs ?? defaultAgeMs
    this.#listener = listener
    this.#sender = redisClient(url, { commandTimeout: answerMs })
    // A connection that is dead without a word is given up after a time without an answer.
    this.#reader = redisClient(url, { socketTimeout: blockMs + answerMs })
  }

  async open(): Promise<void> {
    await Promise.all([this.#sender.connect(), this.#reader.connect()])
    this.#place = await this.#newest()
    this.#reading = this.#read()
    for (const client of [this.#sender, this.#reader]) client.on('ready', () => this.#tellConnected())
    this.#trimTimer = setInterval(() => this.#trim(), trimEveryMs).unref()
  }

  get connected(): boolean {
    return this.#sender.status === 'ready' && this.#reader.status === 'ready'
  }

  async send(texts: readonly string[]): Promise<void> {
    const pipeline = this.#sender.pipeline()
    for (const text of texts) pipeline.xadd(this.#key, 'MAXLEN', '~', this.#length, '*', 't', text)
    const results = (await pipeline.exec()) ?? []
    const failure = results.find(([error]) => error !== null)?.[0]
    if (failure || results.length < texts.length) throw failure ?? new Error('Redis took not all entries.')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    clearInterval(this.#trimTimer)
    this.#sender.disconnect()
    this.#reader.disconnect()
    await this.#reading
  }

  #tellConnected(): void {
    if (this.connected) this.#listener.connected()
  }

  async #read(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      try {
        await this.#readOn()
      } catch (error) {
        if (signal.aborted) return
        if (this.#reader.status === 'ready') {
          this.#listener.report(error, 'reading what other nodes sent')
          await delay(retryMs)
        }
        await whenReady(this.#reader, signal)
        await this.#lookForNewStream()
      }
    }
  }

  async #readOn(): Promise<void> {
    const parameters = ['COUNT', readAtOnce, 'BLOCK', blockMs, 'STREAMS', this.#key, this.#place] as const
    const streams = await this.#reader.xread(...parameters)
    for (const [, entries] of streams ?? [])
      for (const [id, fields] of entries) {
        this.#place = id
        const [, text] = fields
        if (text !== undefined) this.#listener.received(text)
      }
  }

  /**
   * A Redis that came back empty, with its clock set back, would begin with ids before our place: then it is read from
   * the beginning, and what is known already is recognised by its number.
   */
  async #lookForNewStream(): Promise<void> {
    const newest = await this.#newest().catch(() => this.#place)
    if (isBefore(newest, this.#place)) this.#place = '0-0'
  }

  async #newest(): Promise<string> {
    const [entry] = await this.#reader.xrevrange(this.#key, '+', '-', 'COUNT', 1)
    return entry?.[0] ?? '0-0'
  }

  /** MINID is known since Redis 6.2; before, the length alone bounds the stream. */
  #trim(): void {
    if (!this.connected) return
    const trimmed = this.#sender
      .time()
      .then(([seconds]) =>
        this.#sender.xtrim(this.#key, 'MINID', '~', String(Number(seconds) * 1_000 - this.#ageMs)),
      )
    trimmed.catch(() => {})
  }
}

function isBefore(one: string, other: string): boolean {
  const [time = 0, count = 0] = one.split('-').map(Number)
  const [otherTime = 0, otherCount = 0] = other.split('-').map(Number)
  return time < otherTime || (time === otherTime && count < otherCount)
}
