import { createHash } from 'node:crypto'
import { AppError, conflict } from '../core/errors.js'
import { layouts, type Row, type TableLayout } from './copy/layout.js'
import { type CopySide, placeOf } from './copy/side.js'
import { sqliteSide } from './copy/sqlite-side.js'
import { storageError } from './errors.js'
import { type MigrationStatus, refuseNewer, refusePending } from './migrate/status.js'
import { migrate, migrationStatus } from './migrate.js'
import { targetOf } from './target.js'

export interface CopyOptions {
  from: string
  to: string
  /** Throws an unfinished copy away and begins again. */
  restart?: boolean
  /** Told after each step: rows copied or compared, of so many. */
  onProgress?: (progress: CopyProgress) => void
}

export interface CopyProgress {
  doing: 'copying' | 'checking'
  table: string
  done: number
  total: number
}

export interface CopiedTable {
  table: string
  rows: number
  /** SHA-256 over every row in the order of the keys, the same in both databases. */
  checksum: string
}

const rowsAtOnce = 1_000

/** What has been copied: of each table the last key, or that it is whole. */
interface Progress {
  source: string
  tables: Record<string, Row | 'whole'>
}

/**
 * Copies every row into an empty database of either kind, then compares both by count and checksum. No server may
 * run on either. A copy that was cut off goes on where it stopped; until it is whole no server starts on it.
 * Errors: `unavailable`, `conflict`, `not_found` where there is nothing to copy.
 */
export async function copyDatabase(options: CopyOptions): Promise<CopiedTable[]> {
  if (options.from === options.to) throw conflict('Both databases are the same. Name another one with --to.')
  const status = await migrationStatus(options.from)
  refuseNewer(status)
  refuseNothing(status)
  refusePending(status)
  await migrate(options.to).catch(sayTo)
  try {
    await using from = closing(await sideOf(options.from))
    await using to = closing(await sideOf(options.to))
    return await new Copy(from.side, to.side, options).run()
  } catch (error) {
    throw storageError(error)
  }
}

function refuseNothing({ applied }: MigrationStatus): void {
  if (applied.length > 0) return
  throw new AppError(
    'not_found',
    'There is no installation to copy here. Name its data folder with --data, or its database with DATABASE_URL.',
  )
}

/** The sentences about a database speak of the setting that mostly names it. */
function sayTo(error: unknown): never {
  if (!(error instanceof AppError)) throw error
  throw new AppError(error.code, error.message.replaceAll('DATABASE_URL', '--to'), error.extras)
}

// Loaded only where it is used, like the driver.
async function sideOf(url: string): Promise<CopySide> {
  const target = targetOf(url)
  if (target.kind === 'sqlite') return sqliteSide(target.file)
  const { postgresSide } = await import('./copy/postgres-side.js')
  return postgresSide(target.url)
}

const closing = (side: CopySide) => ({ side, [Symbol.asyncDispose]: () => side.close() })

class Copy {
  readonly #tables = layouts()
  readonly #from: CopySide
  readonly #to: CopySide
  readonly #options: CopyOptions
  #total = 0
  #done = 0

  constructor(from: CopySide, to: CopySide, options: CopyOptions) {
    this.#from = from
    this.#to = to
    this.#options = options
  }

  async run(): Promise<CopiedTable[]> {
    const progress = await this.#begin()
    for (const table of this.#tables) {
      this.#total += await this.#from.count(table)
      this.#done += await this.#to.count(table)
    }
    for (const table of this.#tables) await this.#copy(table, progress)
    this.#done = 0
    const copied: CopiedTable[] = []
    for (const table of this.#tables) copied.push(await this.#check(table))
    await this.#to.finish(this.#tables)
    return copied
  }

  async #begin(): Promise<Progress> {
    const source = await this.#sourceName()
    const written = await this.#to.progress()
    if (written === null) await this.#assertEmpty()
    const known = written === null ? null : (JSON.parse(written) as Progress)
    if (known !== null && !this.#options.restart) {
      if (known.source === source) return known
      throw conflict('An unfinished copy of another installation lies there. Begin again with --restart.')
    }
    if (known !== null) await this.#to.empty(this.#tables)
    return { source, tables: {} }
  }

  async #assertEmpty(): Promise<void> {
    for (const table of this.#tables)
      if ((await this.#to.count(table)) > 0)
        throw conflict('The database named by --to holds data already. Name an empty one.')
  }

  /** An installation is known by its first app. */
  async #sourceName(): Promise<string> {
    const apps = this.#tables.find(({ name }) => name === 'apps')
    const [first] = apps === undefined ? [] : await this.#from.read(apps, null, 1)
    return createHash('sha256')
      .update(JSON.stringify(first ?? null))
      .digest('hex')
  }

  async #copy(table: TableLayout, progress: Progress): Promise<void> {
    let place = progress.tables[table.name] ?? null
    while (place !== 'whole') {
      const rows: Row[] = await this.#from.read(table, place, rowsAtOnce)
      const last = rows.at(-1)
      place = last === undefined || rows.length < rowsAtOnce ? 'whole' : placeOf(table, last)
      progress.tables[table.name] = place
      await this.#to.write(table, rows.map(forget(table)), JSON.stringify(progress))
      this.#tell('copying', table, rows.length)
    }
  }

  async #check(table: TableLayout): Promise<CopiedTable> {
    const [source, copy] = [await this.#digest(this.#from, table, true), await this.#digest(this.#to, table)]
    if (source.checksum === copy.checksum) return { table: table.name, ...copy }
    throw conflict(
      `The table ${table.name} differs: ${source.rows} rows there, ${copy.rows} in the copy. Was a server running? Begin again with --restart.`,
    )
  }

  async #digest(side: CopySide, table: TableLayout, tell = false): Promise<Omit<CopiedTable, 'table'>> {
    const hash = createHash('sha256')
    let rows = 0
    let place: Row | null = null
    for (;;) {
      const page: Row[] = await side.read(table, place, rowsAtOnce)
      for (const row of page.map(forget(table))) hash.update(JSON.stringify(row))
      rows += page.length
      if (tell) this.#tell('checking', table, page.length)
      const last = page.at(-1)
      if (last === undefined || page.length < rowsAtOnce) return { rows, checksum: hash.digest('hex') }
      place = placeOf(table, last)
    }
  }

  #tell(doing: CopyProgress['doing'], { name }: TableLayout, rows: number): void {
    this.#done += rows
    this.#options.onProgress?.({ doing, table: name, done: this.#done, total: this.#total })
  }
}

/** The number of a transaction means nothing in another database: what is copied comes before all that follows. */
function forget({ columns }: TableLayout): (row: Row) => Row {
  const index = columns.findIndex(({ name }) => name === 'transaction')
  return (row) => (index < 0 ? row : row.with(index, 0))
}
