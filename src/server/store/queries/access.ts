import { getTableColumns, sql } from 'drizzle-orm'
import type { PgDatabase, PgInsertValue, PgQueryResultHKT, PgTable } from 'drizzle-orm/pg-core'
import type { DuplicateIndex } from '../duplicates/index.js'
import type { Dialect } from '../kit.js'
import type { Schema } from '../schema.js'
import type { SearchIndex } from '../search/index.js'

/** A handle on one connection. Narrow on purpose: transactions are the drivers' business. */
export type Db = Pick<PgDatabase<PgQueryResultHKT>, 'select' | 'insert' | 'update' | 'delete'>

/** What the queries of an aggregate are made from. */
export interface Access {
  db: Db
  schema: Schema
  dialect: Dialect
  search: SearchIndex
  duplicates: DuplicateIndex
}

export const p = sql.placeholder

/** A row as the values of placeholders that are named like its properties: not copied, for the message path. */
export const named = (row: object) => row as Record<string, unknown>

/** Makes a value when it is first asked for: most connections use few of the prepared statements. */
export function lazily<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const firstOf = <Row>(rows: Row[]): Row | undefined => rows[0]

/** The first row, or undefined. */
export function first<Row>(rows: PromiseLike<Row[]>): Promise<Row | undefined> {
  return rows.then(firstOf) as Promise<Row | undefined>
}

function onlyOf<Row>([row]: Row[]): Row {
  if (row === undefined) throw new Error('The database gave no row back for a row that was written.')
  return row
}

/** The row of a statement that always gives one. */
export function only<Row>(rows: PromiseLike<Row[]>): Promise<Row> {
  return rows.then(onlyOf) as Promise<Row>
}

/** Runs a query now: SQLite's run only when something waits for them. */
export async function run<Result>(query: PromiseLike<Result>): Promise<Result> {
  return await query
}

/** Whether a statement that returns what it touched touched anything. */
export async function touched(rows: PromiseLike<unknown[]>): Promise<boolean> {
  return (await rows).length > 0
}

/** A placeholder for every column except the key that the database gives, each named like its property. */
export function placeholders<Table extends PgTable>(table: Table): PgInsertValue<Table> {
  const names = columnNames(table).filter((name) => name !== 'key')
  return Object.fromEntries(names.map((name) => [name, p(name)])) as PgInsertValue<Table>
}

/** The names of a table's properties, in the order of its columns. */
export function columnNames(table: PgTable): string[] {
  return Object.keys(getTableColumns(table))
}
