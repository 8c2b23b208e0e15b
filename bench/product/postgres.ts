import { createDatabase, providePostgres } from '../../test/setup/postgres.js'
import { pinProcess, SERVER_CORE } from '../machine/cores.js'

/** A Postgres that syncs every commit, on the core of the server that uses it. */
export interface DurablePostgres {
  readonly url: string
  readonly pid: number
  /** Another database of the same server. */
  database(name: string): Promise<string>
  stop(): Promise<void>
}

export async function startDurablePostgres(): Promise<DurablePostgres> {
  const server = await providePostgres({ durable: true })
  if (server.pid === undefined) {
    throw new Error('The processor time of a Postgres elsewhere cannot be read: unset REPLYHQ_TEST_PG_URL.')
  }
  pinProcess(SERVER_CORE, server.pid)
  const database = (name: string) => createDatabase(server, name)
  return { url: await database('replyhq_bench'), pid: server.pid, database, stop: () => server.stop() }
}
