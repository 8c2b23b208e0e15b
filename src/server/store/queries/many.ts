import type { PgInsertValue, PgTable } from 'drizzle-orm/pg-core'
import { columnNames, type Db, p } from './access.js'

interface Prepared {
  execute(values: Record<string, unknown>): PromiseLike<unknown>
}

/**
 * Inserts some rows in one statement, which is prepared once for each count of them that occurs: for few rows, as on
 * the message path, where a statement for each row would cost a round trip.
 */
export function manyInserter<Row extends object>(db: Db, name: string, table: PgTable) {
  const columns = columnNames(table).filter((column) => column !== 'key')
  const statements = new Map<number, Prepared>()

  function statement(count: number): Prepared {
    const known = statements.get(count)
    if (known !== undefined) return known
    const rows = Array.from({ length: count }, (_, row) =>
      Object.fromEntries(columns.map((column) => [column, p(`${column}${row}`)])),
    )
    const made = db
      .insert(table)
      .values(rows as PgInsertValue<PgTable>[])
      .prepare(`${name}_${count}`)
    statements.set(count, made)
    return made
  }

  return async (rows: Row[]): Promise<void> => {
    if (rows.length === 0) return
    const values = rows.flatMap((row, at) =>
      Object.entries(row).map(([column, value]) => [`${column}${at}`, value]),
    )
    await statement(rows.length).execute(Object.fromEntries(values))
  }
}
