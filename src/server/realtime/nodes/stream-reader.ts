import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { redisClient, whenReady } from './redis-connection.js'

const readAtOnce = 500
const blockMs = 5_000
const answerMs = 5_000
const retryMs = 250

/** The entry behind which a stream is read on; null while it is not known. */
export interface Place {
  id: string | null
}

interface Listener {
  received(text: string): void
  report(error: unknown, doing: string): void
}

/** Reads streams to their ends and on, all of them by one connection that is blocked most of the time. */
export class StreamReader {
  readonly client: Redis
  readonly #listener: Listener
  /** By the key of the stream. */
  readonly #places = new Map<string, Place>()
  #reading: Promise<void> = Promise.resolve()
  readonly #closing = new AbortController()

  constructor(url: string, listener: Listener) {
    this.#listener = listener
    // A connection that is dead without a word is given up after a time without an answer.
    this.client = redisClient(url, { socketTimeout: blockMs + answerMs })
  }

  start(): void {
    this.#reading = this.#read()
  }

  /** The stream is read in the first round that begins when its place is known. */
  add(key: string, place: Place): void {
    this.#places.set(key, place)
  }

  remove(key: string): void {
    this.#places.delete(key)
  }

  reads(key: string, place: Place): boolean {
    return this.#places.get(key) === place
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.client.disconnect()
    await this.#reading
  }

  async #read(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      try {
        await this.#readOn()
      } catch (error) {
        if (signal.aborted) return
        if (this.client.status === 'ready') {
          this.#listener.report(error, 'reading what other nodes sent')
          await delay(retryMs)
        }
        await whenReady(this.client, signal)
        await this.#lookForNewStreams()
      }
    }
  }

  async #readOn(): Promise<void> {
    const known = [...this.#places].filter(([, { id }]) => id !== null)
    const streams = await this.client.xread(
      ...(['COUNT', readAtOnce, 'BLOCK', blockMs, 'STREAMS'] as const),
      ...known.map(([key]) => key),
      ...known.map(([, { id }]) => id ?? '$'),
    )
    const places = new Map(known)
    for (const [key, entries] of streams ?? []) {
      const place = places.get(key)
      // Meanwhile it may have been let go, and be read again from another place.
      if (place !== undefined && this.reads(key, place)) this.#take(place, entries)
    }
  }

  #take(place: Place, entries: [id: string, fields: string[]][]): void {
    for (const [id, [, text]] of entries) {
      place.id = id
      if (text) this.#listener.received(text)
    }
  }

  /**
   * A Redis that came back empty, with its clock set back, would begin with ids before our places: then it is read from
   * the beginning, and what is known already is recognised by its number.
   */
  async #lookForNewStreams(): Promise<void> {
    for (const [key, place] of this.#places) {
      const newest = await newestIn(this.client, key).catch(() => place.id)
      if (newest !== null && place.id !== null && isBefore(newest, place.id)) place.id = '0-0'
    }
  }
}

/** The id of the last entry; before the first of all where there is none. */
export async function newestIn(client: Redis, key: string): Promise<string> {
  const [entry] = await client.xrevrange(key, '+', '-', 'COUNT', 1)
  return entry?.[0] ?? '0-0'
}

function isBefore(one: string, other: string): boolean {
  const [time = 0, count = 0] = one.split('-').map(Number)
  const [otherTime = 0, otherCount = 0] = other.split('-').map(Number)
  return time < otherTime || (time === otherTime && count < otherCount)
}
