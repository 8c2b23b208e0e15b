import type { RunResult } from 'better-sqlite3'
import { type Column, type SQL, sql } from 'drizzle-orm'
import * as pg from 'drizzle-orm/pg-core'
import * as lite from 'drizzle-orm/sqlite-core'

// The only file that names both dialects. Postgres' types are the canonical ones, because its builders
// offer only the awaited form; SQLite's are cast to them once, here.

// Custom types, not drizzle's own boolean and json modes: those run a placeholder's value through the
// column's encoder even when it is null, and store false or the JSON text 'null' instead of SQL NULL.
const pgJson = pg.customType<{ data: unknown; driverData: string }>({
  dataType: () => 'json',
  toDriver: (value) => encodeJson(value),
})
const liteJson = lite.customType<{ data: unknown; driverData: string }>({
  dataType: () => 'text',
  toDriver: (value) => encodeJson(value),
  fromDriver: (value) => JSON.parse(value),
})
const liteBool = lite.customType<{ data: boolean; driverData: number }>({
  dataType: () => 'integer',
  toDriver: (value) => (value == null ? value : value ? 1 : 0) as number,
  fromDriver: (value) => value === 1,
})
const encodeJson = (value: unknown) => (value == null ? null : JSON.stringify(value)) as string

export const pgKit = {
  table: pg.pgTable,
  /** The table's own integer key, given by the database. */
  key: () => pg.bigserial('key', { mode: 'number' }).primaryKey(),
  text: (name: string) => pg.text(name),
  int: (name: string) => pg.integer(name),
  /** Integers past 32 bits: references to keys, hashes, milliseconds since 1970. */
  big: (name: string) => pg.bigint(name, { mode: 'number' }),
  bool: (name: string) => pg.boolean(name),
  json: <T>(name: string) => pgJson(name).$type<T>(),
  /** The transaction that wrote the row. Its keys alone do not sort by commit; where one writes at a time it is 0. */
  transactionNumber: (name: string) =>
    pg.bigint(name, { mode: 'number' }).notNull().default(sql`pg_current_xact_id()::text::bigint`),
  index: pg.index,
  uniqueIndex: pg.uniqueIndex,
  primaryKey: pg.primaryKey,
  /** Whether an index may be written at every insert: SQLite writes a page of it for each, see duplicates/. */
  indexesCheaply: true as boolean,
}
export type Kit = typeof pgKit

export const liteKit = {
  table: lite.sqliteTable,
  key: () => lite.integer('key').primaryKey(),
  text: (name: string) => lite.text(name),
  int: (name: string) => lite.integer(name),
  big: (name: string) => lite.integer(name),
  bool: (name: string) => liteBool(name),
  json: <T>(name: string) => liteJson(name).$type<T>(),
  transactionNumber: (name: string) => lite.integer(name).notNull().default(0),
  index: lite.index,
  uniqueIndex: lite.uniqueIndex,
  primaryKey: lite.primaryKey,
  indexesCheaply: false,
} as unknown as Kit

/** The little that the two databases say differently in queries. */
export interface Dialect {
  /** Postgres locks rows that are read for an update; SQLite has one writer at a time. */
  lockRows: boolean
  /** The column's value is among the keys that the placeholder stands for, given through `keys`. */
  keyIn(column: Column, placeholder: string): SQL
  keys(keys: readonly number[]): unknown
  /** Before the row no other can be committed any more. Undefined where one transaction writes at a time. */
  settled(transaction: Column): SQL | undefined
  /**
   * For statements of the message path that return nothing: SQLite gathers what RETURNING gives in a table first, 5 of
   * 20 µs a message, and with one writer it can be asked afterwards. Undefined where that would be a round trip.
   */
  askAfterwards: { insertedKey(answer: unknown): number } | undefined
}

export const pgDialect: Dialect = {
  lockRows: true,
  keyIn: (column, placeholder) => sql`${column} = any(${sql.placeholder(placeholder)}::bigint[])`,
  keys: (keys) => [...keys],
  settled: (transaction) => sql`${transaction} < pg_snapshot_xmin(pg_current_snapshot())::text::bigint`,
  askAfterwards: undefined,
}

export const liteDialect: Dialect = {
  lockRows: false,
  keyIn: (column, placeholder) =>
    sql`${column} in (select value from json_each(${sql.placeholder(placeholder)}))`,
  keys: (keys) => JSON.stringify(keys),
  settled: () => undefined,
  askAfterwards: { insertedKey: (answer) => Number((answer as RunResult).lastInsertRowid) },
}
