import { createDatabase, dropDatabase, type PostgresServer, providePostgres } from './postgres.js'
import { provideRedis, type RedisServer } from './redis.js'

/** The database servers of one test run, each started when the first test asks for it. */
export class ServerPool {
  #postgres: Promise<PostgresServer> | undefined
  #redis: Promise<RedisServer> | undefined
  #databases: string[] = []
  #redisDatabase = 0

  constructor(private readonly onStarted: (name: string, origin: string) => void) {}

  /** Connection string of a new and empty Postgres database, dropped when the run ends. */
  async postgresDatabase(): Promise<string> {
    this.#postgres ??= this.#announced('Postgres', providePostgres())
    const server = await this.#postgres
    const name = `replyhq_test_${process.pid}_${this.#databases.length + 1}`
    this.#databases.push(name)
    return createDatabase(server, name)
  }

  /** Connection string of a numbered Redis database that no other test of this run uses, while there are enough. */
  async redisDatabase(): Promise<string> {
    this.#redis ??= this.#announced('Redis', provideRedis())
    const server = await this.#redis
    if (server.databases === 1) return server.url
    this.#redisDatabase += 1
    return `${server.url}/${this.#redisDatabase % server.databases}`
  }

  async #announced<T extends { origin: string }>(name: string, starting: Promise<T>): Promise<T> {
    const server = await starting
    this.onStarted(name, server.origin)
    return server
  }

  async stop(): Promise<void> {
    await Promise.allSettled([this.#stopPostgres(), this.#redis?.then((server) => server.stop())])
  }

  async #stopPostgres(): Promise<void> {
    const server = await this.#postgres
    if (server === undefined) return
    // A server of ours goes away whole; one that was lent to us is handed back clean.
    if (server.pid === undefined) await Promise.all(this.#databases.map((name) => dropDatabase(server, name)))
    await server.stop()
  }
}
