import { createDatabase, providePostgres } from '../../test/setup/postgres.js'
import { pinProcess, SERVER_CORE } from '../machine/cores.js'

/** A Postgres that syncs every commit, on the core of the server that uses it. */
export async function startDurablePostgres(): Promise<{ url: string; pid: number; stop(): Promise<void> }> {
  const server = await providePostgres({ durable: true })
  if (server.pid === undefined) {
    throw new Error('The processor time of a Postgres elsewhere cannot be read: unset REPLYHQ_TEST_PG_URL.')
  }
  pinProcess(SERVER_CORE, server.pid)
  return { url: await createDatabase(server, 'replyhq_bench'), pid: server.pid, stop: () => server.stop() }
}
