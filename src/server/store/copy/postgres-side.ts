import pg from 'pg'
import { conflict } from '../../core/errors.js'
import type { ColumnKind, Row, TableLayout, Value } from './layout.js'
import { unfinishedCopy } from './mark.js'
import type { CopySide } from './side.js'

// Integers of 64 bits come as text unless asked otherwise; keys and times stay far below 2^53.
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
}

/** A Postgres database that no server uses. Errors: `conflict` where one does. */
export async function postgresSide(url: string): Promise<CopySide> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'replyhq-copy',
    types,
  })
  client.on('error', () => {})
  await client.connect()
  await assertUnused(client).catch(async (error: unknown) => {
    await client.end()
    throw error
  })
  return {
    async count(table) {
      const { rows } = await client.query(`select count(*) as rows from ${table.name} ${filter(table)}`)
      return Number(rows[0]?.rows)
    },

    async read(table, after, limit) {
      const { rows } = await client.query<Row>({
        text: select(table, after),
        values: [...(after ?? []), limit],
        rowMode: 'array',
      })
      return rows
    },

    async write(table, rows, progress) {
      await client.query('begin')
      if (rows.length > 0) await client.query(insert(table), columnsOf(table, rows))
      await client.query(
        'insert into instance_facts values ($1, $2) on conflict (name) do update set value = excluded.value',
        [unfinishedCopy, progress],
      )
      await client.query('commit')
    },

    async progress() {
      const { rows } = await client.query('select value from instance_facts where name = $1', [
        unfinishedCopy,
      ])
      return rows[0]?.value ?? null
    },

    async empty(tables) {
      await client.query(`truncate ${tables.map(({ name }) => name).join(', ')} cascade`)
    },

    async finish(tables) {
      await client.query('begin')
      for (const { name, order } of tables)
        if (order.length === 1 && order[0] === 'key') await client.query(raiseSequence(name))
      await client.query('delete from instance_facts where name = $1', [unfinishedCopy])
      await client.query('commit')
    },

    close: () => client.end(),
  }
}

async function assertUnused(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `select 1 from pg_stat_activity
      where datname = current_database() and application_name = 'replyhq' limit 1`,
  )
  if (rows.length > 0)
    throw conflict('A ReplyHQ server uses this Postgres database. Stop all servers on it, then copy.')
}

// Tables whose key was given by hand go on counting where it was left.
const raiseSequence = (table: string) =>
  `select setval(pg_get_serial_sequence('${table}', 'key'), greatest((select max(key) from ${table}), 1),
    exists (select 1 from ${table})) where pg_get_serial_sequence('${table}', 'key') is not null`

const quoted = (name: string) => `"${name}"`
const kindOf = ({ columns }: TableLayout, name: string): ColumnKind | undefined =>
  columns.find((column) => column.name === name)?.kind

function filter({ order: [first = ''], without }: TableLayout, and = ''): string {
  const kept =
    without.length === 0 ? '' : `${quoted(first)} not in (${without.map((v) => `'${v}'`).join(', ')})`
  const both = [kept, and].filter((condition) => condition !== '').join(' and ')
  return both && `where ${both}`
}

function select(table: TableLayout, after: Row | null): string {
  const shown = table.columns.map(({ name, kind }) => quoted(name) + (asText[kind] ?? ''))
  // Bytes, not a language, decide the order, as in SQLite.
  const order = table.order.map((name) =>
    kindOf(table, name) === 'text' ? `${quoted(name)} collate "C"` : quoted(name),
  )
  const places = table.order.map((_, index) => `$${index + 1}`).join(', ')
  const behind = after === null ? '' : `(${order.join(', ')}) > (${places})`
  const limit = `$${after === null ? 1 : table.order.length + 1}`
  return `select ${shown.join(', ')} from ${table.name} ${filter(table, behind)} order by ${order.join(', ')} limit ${limit}`
}

const asText: Partial<Record<ColumnKind, string>> = { bool: '::int', json: '::text' }
const arrays: Record<ColumnKind, string> = { text: 'text', integer: 'bigint', bool: 'int', json: 'text' }
const casts: Partial<Record<ColumnKind, string>> = { bool: '::int::boolean', json: '::json' }

/** One array a column: a statement of any number of rows has few parameters. */
function insert({ name, columns }: TableLayout): string {
  const given = columns.map(({ kind }, index) => `$${index + 1}::${arrays[kind]}[]`).join(', ')
  const fields = columns.map((column) => quoted(column.name))
  const values = columns.map((column, index) => (fields[index] ?? '') + (casts[column.kind] ?? ''))
  return `insert into ${name} (${fields.join(', ')}) select ${values.join(', ')} from unnest(${given}) as given (${fields.join(', ')})`
}

const columnsOf = ({ columns }: TableLayout, rows: Row[]): Value[][] =>
  columns.map((_, index) => rows.map((row) => row[index] ?? null))
