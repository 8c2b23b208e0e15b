import { eq, getTableColumns, type SQL } from 'drizzle-orm'
import type { PgColumn, PgTable, PgUpdateSetSource } from 'drizzle-orm/pg-core'
import { columnNames, type Db, p } from './access.js'

interface Prepared {
  execute(values: Record<string, unknown>): PromiseLike<unknown[]>
}

/**
 * Updates of one row by its key. Each set of columns that occurs is prepared once, because building a statement
 * anew costs more than running it. `always` is set in every update. An empty patch without it changes nothing.
 */
export function patcher<Row extends { key: number }>(
  db: Db,
  name: string,
  table: PgTable & { key: PgColumn },
  always: Record<string, SQL> = {},
): (key: number, patch: object) => Promise<Row | undefined> {
  const names = columnNames(table)
  const statements = new Map<string, Prepared>()

  function prepare(given: string[], id: string): Prepared {
    const values = Object.fromEntries(given.map((column) => [column, p(column)]))
    return db
      .update(table)
      .set({ ...values, ...always } as PgUpdateSetSource<PgTable>)
      .where(eq(table.key, p('key')))
      .returning(getTableColumns(table))
      .prepare(id)
  }

  function statement(given: string[]): Prepared {
    // The name tells the columns, since connections and pools that share a session must mean the same by it.
    const id = `${name}_${given.reduce((bits, column) => bits + 2 ** names.indexOf(column), 0).toString(36)}`
    const known = statements.get(id) ?? prepare(given, id)
    statements.set(id, known)
    return known
  }

  const read = () =>
    db
      .select()
      .from(table)
      .where(eq(table.key, p('key')))
      .prepare(`${name}_read`)

  return async (key, patch) => {
    const entries = Object.entries(patch).filter(
      ([column, value]) => names.includes(column) && value !== undefined,
    )
    const unchanged = entries.length === 0 && Object.keys(always).length === 0
    const query = unchanged ? read() : statement(entries.map(([column]) => column))
    const rows = await query.execute({ ...Object.fromEntries(entries), key })
    return rows[0] as Row | undefined
  }
}
