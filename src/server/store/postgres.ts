import type { Driver, Reports } from './driver.js'
import { Connections } from './postgres/connections.js'
import { Lanes } from './postgres/lanes.js'
import { SingleTransactions } from './postgres/single.js'

/** Opens a migrated database with at most `connections` connections. */
export function openPostgres(url: string, connections: number, reports: Reports): Driver {
  const pool = new Connections(url, connections)
  const single = new SingleTransactions(pool, reports)
  const lanes = new Lanes(pool, single, reports, Math.max(1, connections - 2))
  return {
    read: pool.read,
    transaction: (work, lane) => (lane === undefined ? single.run(work) : lanes.add(work, lane)),
    close: () => pool.close(),
  }
}
