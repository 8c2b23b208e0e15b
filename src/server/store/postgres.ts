import { AsyncLocalStorage } from 'node:async_hooks'
import { type Driver, nestedError, type Reports } from './driver.js'
import { Connections } from './postgres/connections.js'
import { Lanes } from './postgres/lanes.js'
import { SingleTransactions } from './postgres/single.js'

/** Opens a migrated database with at most `connections` connections. */
export function openPostgres(url: string, connections: number, reports: Reports): Driver {
  const pool = new Connections(url, connections)
  const single = new SingleTransactions(pool, reports)
  const lanes = new Lanes(pool, single, reports, Math.max(1, connections - 2))
  const inside = new AsyncLocalStorage<true>()
  return {
    read: pool.read,
    transaction: async (work, lane) => {
      if (inside.getStore()) throw nestedError()
      const guarded: typeof work = (transaction) => inside.run(true, work, transaction)
      return lane === undefined ? single.run(guarded) : lanes.add(guarded, lane)
    },
    close: () => pool.close(),
  }
}
