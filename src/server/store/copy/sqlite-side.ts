import type Database from 'better-sqlite3'
import { AppError, conflict } from '../../core/errors.js'
import { openConnection } from '../sqlite/connection.js'
import { lockFile } from '../sqlite/lock.js'
import type { Row, TableLayout } from './layout.js'
import { unfinishedCopy } from './mark.js'
import type { CopySide } from './side.js'

/** A SQLite file, with every server kept off it. Errors: `conflict` where one uses it. */
export function sqliteSide(file: string): CopySide {
  const release = keepServersOff(file)
  const connection = open(file, release)
  return {
    count: async (table) =>
      Number(
        connection
          .prepare(`select count(*) from ${table.name} ${filter(table)}`)
          .pluck()
          .get(),
      ),

    read: async (table, after, limit) =>
      connection
        .prepare(select(table, after))
        .raw()
        .all(...(after ?? []), limit) as Row[],

    async write(table, rows, progress) {
      const insert = connection.prepare(
        `insert into ${table.name} (${names(table)}) values (${table.columns.map(() => '?').join(', ')})`,
      )
      connection.transaction(() => {
        for (const row of rows) insert.run(...row)
        connection
          .prepare(
            'insert into instance_facts values (?, ?) on conflict do update set value = excluded.value',
          )
          .run(unfinishedCopy, progress)
      })()
    },

    progress: async () =>
      (connection.prepare('select value from instance_facts where name = ?').pluck().get(unfinishedCopy) as
        | string
        | undefined) ?? null,

    async empty(tables) {
      connection.transaction(() => {
        for (const { name } of tables.toReversed()) connection.prepare(`delete from ${name}`).run()
      })()
    },

    async finish() {
      connection.prepare('delete from instance_facts where name = ?').run(unfinishedCopy)
    },

    async close() {
      connection.close()
      release()
    },
  }
}

// What the lock says is meant for a second server.
function keepServersOff(file: string): () => void {
  try {
    return lockFile(file)
  } catch (error) {
    if (error instanceof AppError) throw conflict(`A ReplyHQ server uses ${file}. Stop it, then copy.`)
    throw error
  }
}

function open(file: string, release: () => void): Database.Database {
  try {
    return openConnection(file, { busyMs: 5_000, readOnly: false })
  } catch (error) {
    release()
    throw error
  }
}

const quoted = (name: string) => `"${name}"`
const names = ({ columns }: TableLayout) => columns.map(({ name }) => quoted(name)).join(', ')
const filter = ({ order: [first = ''], without }: TableLayout, and = '') =>
  without.length === 0
    ? and && `where ${and}`
    : `where ${quoted(first)} not in (${without.map((value) => `'${value}'`).join(', ')})${and && ` and ${and}`}`

function select(table: TableLayout, after: Row | null): string {
  const order = table.order.map(quoted).join(', ')
  const behind = after === null ? '' : `(${order}) > (${table.order.map(() => '?').join(', ')})`
  return `select ${names(table)} from ${table.name} ${filter(table, behind)} order by ${order} limit ?`
}
