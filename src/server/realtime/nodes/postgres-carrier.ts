import type pg from 'pg'
import { AppError } from '../../core/errors.js'
import type { Carrier, CarrierListener, OpenCarrier, Parcel } from './carrier.js'
import { PieceJoiner, toPieces } from './pieces.js'
import { PostgresConnection } from './postgres-connection.js'
import { commonShard, nameOfShard, type Shard } from './shards.js'

/** Names a channel in each database, because channels belong to a database. */
const channelOf = (shard: Shard) => `replyhq_nodes_${nameOfShard(shard)}`
/** How long the first notification to oneself may take. */
const echoMs = 5_000
const checkEveryMs = 5_000

/** Carries texts by LISTEN and NOTIFY, for several nodes that have nothing but Postgres in common. */
export const overPostgres =
  (url: string): OpenCarrier =>
  async (listener) => {
    const carrier = new PostgresCarrier(url, listener)
    try {
      await carrier.open()
    } catch (error) {
      await carrier[Symbol.asyncDispose]()
      throw error
    }
    return carrier
  }

class PostgresCarrier implements Carrier {
  readonly #listener: CarrierListener
  readonly #pieces = new PieceJoiner()
  readonly #hearing: PostgresConnection
  readonly #sending: PostgresConnection
  /** With what is to be called when it is heard for the first time. */
  readonly #followed = new Map<Shard, () => void>([[commonShard, () => {}]])
  /** What the present connection listens to. */
  readonly #heard = new Set<Shard>()
  #heardEcho: () => void = () => {}
  #checkTimer: NodeJS.Timeout | undefined

  constructor(url: string, listener: CarrierListener) {
    this.#listener = listener
    this.#hearing = new PostgresConnection(url, (client) => this.#listen(client))
    this.#sending = new PostgresConnection(url, async () => this.#tellConnected())
  }

  async open(): Promise<void> {
    await Promise.all([this.#hearing.open(), this.#sending.open()])
    await this.#expectEcho()
    this.#checkTimer = setInterval(() => this.#check(), checkEveryMs).unref()
  }

  get connected(): boolean {
    return this.#hearing.client !== null && this.#sending.client !== null
  }

  /** In one statement, so that they take one commit: all of them wait for one lock of the server. */
  async send(parcels: readonly Parcel[]): Promise<void> {
    const { client } = this.#sending
    if (client === null) throw new Error('Postgres is away.')
    try {
      const pieces = toPieces(parcels.map(({ text }) => text))
      const channels = pieces.map(({ index }) => channelOf(parcels[index]?.shard ?? commonShard))
      const payloads = pieces.map(({ payload }) => payload)
      await client.query(
        'select pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as piece (channel, payload)',
        [channels, payloads],
      )
    } catch (error) {
      this.#sending.drop()
      throw error
    }
  }

  follow(shard: Shard): Promise<void> {
    return new Promise((resolve) => {
      this.#followed.set(shard, resolve)
      const { client } = this.#hearing
      // Without a connection, and where this one fails, it is listened to on the next.
      if (client !== null) this.#listenTo(client, shard).catch(() => this.#hearing.drop())
    })
  }

  unfollow(shard: Shard): void {
    this.#followed.get(shard)?.()
    this.#followed.delete(shard)
    this.#heard.delete(shard)
    this.#hearing.client?.query(`unlisten ${channelOf(shard)}`).catch(() => this.#hearing.drop())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#checkTimer)
    for (const heard of this.#followed.values()) heard()
    await Promise.all([this.#hearing.close(), this.#sending.close()])
  }

  async #listen(client: pg.Client): Promise<void> {
    // Of what was cut by the loss of the connection the rest never comes.
    this.#pieces.clear()
    client.on('notification', ({ processId, payload }) => this.#notified(processId, payload ?? ''))
    this.#heard.clear()
    await this.#listenToAll(client)
    this.#tellConnected()
  }

  async #listenToAll(client: pg.Client): Promise<void> {
    for (const shard of this.#followed.keys())
      if (!this.#heard.has(shard)) await this.#listenTo(client, shard)
  }

  async #listenTo(client: pg.Client, shard: Shard): Promise<void> {
    await client.query(`listen ${channelOf(shard)}`)
    this.#heard.add(shard)
    this.#followed.get(shard)?.()
  }

  #notified(sender: number, payload: string): void {
    if (payload === '') this.#heardEcho()
    else {
      const text = this.#pieces.take(sender, payload)
      if (text !== null) this.#listener.received(text)
    }
  }

  /** Told once both connections are there; on a fresh one this runs just before it counts as connected. */
  #tellConnected(): void {
    setImmediate(() => {
      const { client } = this.#hearing
      if (client === null || !this.connected) return
      // What was followed while the connection was made was too late for it.
      this.#listenToAll(client).then(
        () => this.#listener.connected(),
        () => this.#hearing.drop(),
      )
    })
  }

  /** A pooler that gives each transaction another connection takes the LISTEN and delivers nothing. */
  async #expectEcho(): Promise<void> {
    const heard = new Promise<boolean>((resolve) => {
      this.#heardEcho = () => resolve(true)
      setTimeout(() => resolve(false), echoMs).unref()
    })
    await this.#sending.client?.query('select pg_notify($1, $2)', [channelOf(commonShard), ''])
    if (await heard) return
    throw new AppError(
      'unavailable',
      'Postgres delivers no notifications, as behind a pooler in transaction mode. Give DATABASE_URL of the server itself, or set REDIS_URL.',
    )
  }

  /** A connection that hears nothing cannot tell by itself that it is dead. */
  #check(): void {
    this.#hearing.client?.query('select 1').catch(() => this.#hearing.drop())
  }
}
