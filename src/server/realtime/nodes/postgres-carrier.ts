import type pg from 'pg'
import { AppError } from '../../core/errors.js'
import type { Carrier, CarrierListener, OpenCarrier } from './carrier.js'
import { PieceJoiner, toPieces } from './pieces.js'
import { PostgresConnection } from './postgres-connection.js'

/** Names a channel of its own in each database, because channels belong to a database. */
const channel = 'replyhq_nodes'
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
  async send(texts: readonly string[]): Promise<void> {
    const { client } = this.#sending
    if (client === null) throw new Error('Postgres is away.')
    try {
      const pieces = toPieces(texts)
      await client.query(`select pg_notify('${channel}', piece) from unnest($1::text[]) piece`, [pieces])
    } catch (error) {
      this.#sending.drop()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#checkTimer)
    await Promise.all([this.#hearing.close(), this.#sending.close()])
  }

  async #listen(client: pg.Client): Promise<void> {
    // Of what was cut by the loss of the connection the rest never comes.
    this.#pieces.clear()
    client.on('notification', ({ processId, payload }) => this.#notified(processId, payload ?? ''))
    await client.query(`listen ${channel}`)
    this.#tellConnected()
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
      if (this.connected) this.#listener.connected()
    })
  }

  /** A pooler that gives each transaction another connection takes the LISTEN and delivers nothing. */
  async #expectEcho(): Promise<void> {
    const heard = new Promise<boolean>((resolve) => {
      this.#heardEcho = () => resolve(true)
      setTimeout(() => resolve(false), echoMs).unref()
    })
    await this.#sending.client?.query(`select pg_notify('${channel}', '')`)
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
