import { getTableName, is, Table } from 'drizzle-orm'
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core'
import { pgKit } from '../kit.js'
import { DEDUPED, SEARCHED } from '../queries/watermarks.js'
import { makeSchema } from '../schema.js'
import { unfinishedCopy } from './mark.js'

/** How a column's values travel: `bool` as 0 and 1, `json` as its text, which both databases keep as it was. */
export type ColumnKind = 'text' | 'integer' | 'bool' | 'json'

/** A value between two databases. */
export type Value = string | number | null
export type Row = Value[]

export interface TableLayout {
  name: string
  columns: { name: string; kind: ColumnKind }[]
  /** The columns of the primary key: tables are read in its order. */
  order: string[]
  /** Values of the first column that stay where they are. */
  without: string[]
}

// What nodes hold for a moment, and facts of one database only.
const left: ReadonlySet<string> = new Set(['leases'])
const ownFacts = [SEARCHED, DEDUPED, unfinishedCopy, 'health']

/** Every table with what is in it, those that are referred to before those that refer. */
export function layouts(): TableLayout[] {
  return Object.values(makeSchema(pgKit))
    .filter((table) => is(table, Table) && !left.has(getTableName(table)))
    .map(layoutOf)
}

function layoutOf(table: PgTable): TableLayout {
  const { name, columns, primaryKeys } = getTableConfig(table)
  const own = columns.filter((column) => column.primary)
  const [composite] = primaryKeys
  return {
    name,
    columns: columns.map((column) => ({ name: column.name, kind: kindOf(column.getSQLType()) })),
    order: (composite?.columns ?? own).map((column) => column.name),
    without: name === 'instance_facts' ? ownFacts : [],
  }
}

function kindOf(type: string): ColumnKind {
  switch (type) {
    case 'boolean':
      return 'bool'
    case 'json':
      return 'json'
    case 'text':
      return 'text'
    case 'integer':
    case 'bigint':
    case 'bigserial':
      return 'integer'
    default:
      throw new TypeError(`A column of type ${type} cannot be copied.`)
  }
}
