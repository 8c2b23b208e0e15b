import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

const firstRetryMs = 50
const longestRetryMs = 1_000

/** One connection to Postgres that is made again whenever it is lost. */
export class PostgresConnection {
  readonly #url: string
  readonly #prepare: (client: pg.Client) => Promise<void>
  #client: pg.Client | null = null
  #closed = false
  #reconnecting: Promise<void> = Promise.resolve()

  /** `prepare` runs on every new connection before it is used. */
  constructor(url: string, prepare: (client: pg.Client) => Promise<void>) {
    this.#url = url
    this.#prepare = prepare
  }

  get client(): pg.Client | null {
    return this.#client
  }

  /** Throws when the first connection cannot be made. */
  async open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      keepAlive: true,
      application_name: 'replyhq nodes',
    })
    client.once('error', () => this.#lost(client))
    client.once('end', () => this.#lost(client))
    await client.connect()
    try {
      await this.#prepare(client)
    } catch (error) {
      void client.end().catch(() => {})
      throw error
    }
    if (this.#closed) await client.end()
    else this.#client = client
  }

  /** The connection is of no more use, whatever it says itself. */
  drop(): void {
    const client = this.#client
    if (client === null) return
    this.#lost(client)
    void client.end().catch(() => {})
  }

  async close(): Promise<void> {
    this.#closed = true
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => {})
    await this.#reconnecting
  }

  #lost(client: pg.Client): void {
    // A connection that dies tells it more than once, and an error without a listener ends the process.
    client.on('error', () => {})
    if (this.#client !== client) return
    this.#client = null
    this.#reconnecting = this.#reconnect()
  }

  async #reconnect(): Promise<void> {
    for (let waitMs = firstRetryMs; !this.#closed; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
      try {
        await this.open()
        return
      } catch {
        await delay(waitMs, undefined, { ref: false })
      }
    }
  }
}
