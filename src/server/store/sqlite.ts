import type { Driver, Reports } from './driver.js'
import { storedDuplicates } from './duplicates/index.js'
import { liteDialect, liteKit } from './kit.js'
import type { Db } from './queries/access.js'
import { makeQueries, type StoredQueries } from './queries/index.js'
import { makeSchema } from './schema.js'
import { sqliteSearch } from './search/sqlite.js'
import { openConnection } from './sqlite/connection.js'
import { RecentDuplicates } from './sqlite/duplicates.js'
import { lockFile } from './sqlite/lock.js'
import { buildOn, type WriteCounter } from './sqlite/session.js'
import { Writer } from './sqlite/writer.js'

const schema = makeSchema(liteKit)

/**
 * Opens a migrated file: one connection that reads what is committed, one that writes. `exclusive` keeps other
 * servers off it; commands of the instance work beside a running server. Errors: `unavailable`.
 */
export function openSqlite(file: string, exclusive: boolean, reports: Reports): Driver {
  const release = exclusive ? lockFile(file) : () => {}
  try {
    return openDriver(file, reports, release)
  } catch (error) {
    release()
    throw error
  }
}

function openDriver(file: string, reports: Reports, release: () => void): Driver {
  const writing = openConnection(file, { busyMs: 0, readOnly: false })
  const reading = openConnection(file, { busyMs: 5_000, readOnly: true })
  const duplicates = new RecentDuplicates(writing)
  const written: WriteCounter = { statements: 0 }
  const queries = queriesOn(buildOn(writing, written), () => duplicates)
  const writer = new Writer(writing, { queries, written, duplicates }, reports)
  return {
    read: queriesOn(buildOn(reading, { statements: 0 }), storedDuplicates),
    transaction: (work) => writer.add(work),
    close: async () => {
      await writer.close()
      reading.close()
      writing.close()
      release()
    },
  }
}

function queriesOn(handle: ReturnType<typeof buildOn>, duplicatesOf: typeof storedDuplicates): StoredQueries {
  // The one place where SQLite's handle takes Postgres' type: see kit.ts.
  const db = handle as unknown as Db
  const parts = { db, schema, dialect: liteDialect }
  return makeQueries({ ...parts, search: sqliteSearch(db, schema), duplicates: duplicatesOf(parts) })
}
