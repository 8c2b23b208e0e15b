import type { Row, TableLayout } from './layout.js'

/** One of the two databases of a copy. */
export interface CopySide {
  /** Rows of a table. */
  count(table: TableLayout): Promise<number>
  /** The next rows in the order of the primary key, after the one with these values of it. */
  read(table: TableLayout, after: Row | null, limit: number): Promise<Row[]>
  /** Writes rows and, in the same transaction, what has been copied. */
  write(table: TableLayout, rows: Row[], progress: string): Promise<void>
  /** What has been copied, as it was last written; null: this is no unfinished copy. */
  progress(): Promise<string | null>
  /** Deletes every row of these tables. */
  empty(tables: readonly TableLayout[]): Promise<void>
  /** Takes the mark of an unfinished copy away; new rows get keys behind the copied ones. */
  finish(tables: readonly TableLayout[]): Promise<void>
  close(): Promise<void>
}

/** The values of the primary key in a row. */
export const placeOf = ({ columns, order }: TableLayout, row: Row): Row =>
  order.map((name) => row[columns.findIndex((column) => column.name === name)] ?? null)
