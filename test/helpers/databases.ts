import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { describe, inject } from 'vitest'
import { freePort } from '../setup/child-process.js'
import { createDatabase, startRestartablePostgres } from '../setup/postgres.js'
import { type RedisServer, startRedis } from '../setup/redis.js'

/** One kind of database under a suite: `url()` gives a fresh and empty one at each call. */
export interface TestDatabase {
  readonly name: 'sqlite' | 'postgres'
  url(): Promise<string>
}

/** A fresh temporary folder, removed when the run ends. */
export function temporaryFolder(): string {
  return mkdtempSync(join(inject('temporaryFolder'), 'replyhq-test-'))
}

/** Absolute path of a SQLite file that is not there yet, as `databaseUrl` takes it. */
export function sqliteUrl(): string {
  return join(temporaryFolder(), 'replyhq.db')
}

/** Connection string of a new and empty database on a real Postgres; dropped when the run ends. */
export function postgresUrl(): Promise<string> {
  return askFor('/postgres')
}

/** Connection string of a numbered Redis database of its own. Channels are common to all numbers: name them apart. */
export function redisUrl(): Promise<string> {
  return askFor('/redis')
}

/**
 * A Redis of its own, for tests that stop it: `stop()`, then `start()` again on the same port. `options` are those of
 * redis-server, such as `--requirepass`.
 */
export async function privateRedis(...options: readonly string[]): Promise<{
  url: string
  start(): Promise<void>
  stop(): Promise<void>
}> {
  const port = await freePort()
  let server: RedisServer = await startRedis(port, options)
  return {
    url: server.url,
    start: async () => {
      server = await startRedis(port, options)
    },
    stop: () => server.stop(),
  }
}

/** A Postgres of its own, for tests that stop it: `stop()`, then `start()` again on the same port with its data. */
export async function privatePostgres(): Promise<{
  /** Connection string of the database with this name, which is made when it is not there. */
  database(name: string): Promise<string>
  start(): Promise<void>
  stop(): Promise<void>
  remove(): Promise<void>
}> {
  const server = await startRestartablePostgres()
  const databases = new Map<string, Promise<string>>()
  return {
    database: (name) => {
      const url = databases.get(name) ?? createDatabase(server, name)
      databases.set(name, url)
      return url
    },
    start: () => server.start(),
    stop: () => server.kill(),
    remove: () => server.stop(),
  }
}

/** Runs one suite on both kinds of database. The suite opens and closes what it needs. */
export function eachDatabase(title: string, suite: (database: TestDatabase) => void): void {
  describe(`${title} on SQLite`, () => suite({ name: 'sqlite', url: async () => sqliteUrl() }))
  const onPostgres = () => suite({ name: 'postgres', url: postgresUrl })
  describe.skipIf(inject('skipped').postgres !== undefined)(`${title} on Postgres`, onPostgres)
}

async function askFor(path: string): Promise<string> {
  const response = await fetch(inject('serverPool') + path)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
}
