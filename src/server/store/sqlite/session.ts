import type { Database, RunResult, Statement } from 'better-sqlite3'
import { Column, is, NoopLogger, noopDecoder, Param, Placeholder, type Query, SQL } from 'drizzle-orm'
import { BetterSQLiteSession, PreparedQuery } from 'drizzle-orm/better-sqlite3/session'
import { NoopCache } from 'drizzle-orm/cache/core'
import { BaseSQLiteDatabase, SQLiteSyncDialect } from 'drizzle-orm/sqlite-core'
import type { ExecuteResultSync, PreparedQueryConfig } from 'drizzle-orm/sqlite-core/session'

type Fields = ConstructorParameters<typeof PreparedQuery>[6]
type Values = Record<string, unknown>

/**
 * The query builder on a SQLite connection, with statements that are worked out once when they are prepared. The
 * builder's own look at the class of every parameter and every column again at each run: 12 of 53 µs a message.
 */
export function buildOn(connection: Database, written: WriteCounter) {
  const dialect = new SQLiteSyncDialect()
  return new BaseSQLiteDatabase('sync', dialect, new Session(connection, dialect, written), undefined)
}

/** How many statements that write were begun. */
export interface WriteCounter {
  statements: number
}

class Session extends BetterSQLiteSession<Record<string, never>, Record<string, never>> {
  readonly #connection: Database
  readonly #written: WriteCounter

  constructor(connection: Database, dialect: SQLiteSyncDialect, written: WriteCounter) {
    super(connection, dialect, undefined)
    this.#connection = connection
    this.#written = written
  }

  override prepareQuery<T extends Omit<PreparedQueryConfig, 'run'>>(
    ...[query, fields, executeMethod, inArrays, mapper, metadata, cache]: Parameters<
      BetterSQLiteSession<Record<string, never>, Record<string, never>>['prepareQuery']
    >
  ): PreparedQuery<T> {
    const statement = this.#connection.prepare(query.sql)
    const rest = [fields, executeMethod, inArrays, mapper] as const
    const compiled = new CompiledQuery<T>(
      statement,
      query,
      new NoopLogger(),
      new NoopCache(),
      metadata,
      cache,
      ...rest,
    )
    compiled.written = statement.readonly ? undefined : this.#written
    return compiled
  }
}

class CompiledQuery<T extends Omit<PreparedQueryConfig, 'run'>> extends PreparedQuery<T> {
  /** Where its runs are counted, for a statement that writes. */
  written: WriteCounter | undefined
  readonly #statement: Statement<unknown[], unknown[]>
  readonly #writesOnly: boolean
  readonly #parameters: (values: Values) => unknown[]
  readonly #toRow: ((row: unknown[]) => object) | undefined

  constructor(...parts: ConstructorParameters<typeof PreparedQuery>) {
    super(...parts)
    const [statement, query, , , , , fields, executeMethod, , mapper] = parts
    this.#statement = statement as Statement<unknown[], unknown[]>
    this.#writesOnly = executeMethod === 'run'
    this.#parameters = compileParameters(query)
    this.#toRow = mapper === undefined ? compileRow(fields) : undefined
    if (this.#toRow !== undefined) this.#statement.raw()
  }

  override all(values: Values = {}): T['all'] {
    this.#count()
    if (this.#toRow === undefined) return super.all(values)
    return this.#statement.all(this.#parameters(values)).map(this.#toRow)
  }

  override run(values: Values = {}): RunResult {
    this.#count()
    return this.#statement.run(this.#parameters(values))
  }

  #count(): void {
    if (this.written !== undefined) this.written.statements += 1
  }

  /** Runs at once, where the builder's own would run when it is awaited. */
  override execute(values?: Values): ExecuteResultSync<T['execute']> {
    return this.#settle(values) as unknown as ExecuteResultSync<T['execute']>
  }

  #settle(values?: Values): Promise<unknown> {
    try {
      return Promise.resolve(this.#writesOnly ? this.run(values) : this.all(values))
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

interface Encoder {
  mapToDriverValue(value: unknown): unknown
}
interface Decoder {
  mapFromDriverValue(value: unknown): unknown
}

/** Where a parameter's value comes from: by name (and encoded where its column does that), or always the same. */
interface Parameter {
  name: string | undefined
  encoder: Encoder | undefined
  constant: unknown
}

function compileParameters({ params }: Query): (values: Values) => unknown[] {
  const parameters = params.map(compileParameter)
  return (values) => {
    const bound: unknown[] = []
    for (const { name, encoder, constant } of parameters) {
      const value = name === undefined ? constant : values[name]
      bound.push(encoder === undefined ? value : encoder.mapToDriverValue(value))
    }
    return bound
  }
}

function compileParameter(param: unknown): Parameter {
  if (is(param, Placeholder)) return { name: param.name, encoder: undefined, constant: undefined }
  if (!is(param, Param) || !is(param.value, Placeholder)) {
    return { name: undefined, encoder: undefined, constant: param }
  }
  const encoder = param.encoder as Encoder
  const plain = encoder.mapToDriverValue === Column.prototype.mapToDriverValue
  return { name: param.value.name, encoder: plain ? undefined : encoder, constant: undefined }
}

/** A function that makes an object of a row; none for rows that nest, which the builder knows how to make. */
function compileRow(fields: Fields): ((row: unknown[]) => object) | undefined {
  if (fields === undefined || fields.some(({ path }) => path.length > 1)) return undefined
  const names = fields.map(({ path }) => path[0] ?? '')
  const decoders = fields.map(({ field }) => compileDecoder(field))
  return (row) => {
    const made: Values = {}
    for (let index = 0; index < names.length; index += 1) {
      const value = row[index]
      const decoder = decoders[index]
      made[names[index] as string] =
        decoder === undefined || value === null ? value : decoder.mapFromDriverValue(value)
    }
    return made
  }
}

function compileDecoder(field: unknown): Decoder | undefined {
  if (is(field, Column)) {
    return field.mapFromDriverValue === Column.prototype.mapFromDriverValue ? undefined : field
  }
  const { decoder } = (is(field, SQL) ? field : (field as SQL.Aliased).sql) as unknown as { decoder: Decoder }
  return decoder === noopDecoder ? undefined : decoder
}
