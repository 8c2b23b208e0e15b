import Table from 'cli-table3'
import { createColors } from 'picocolors'
import { clean } from '../tui/text/clean.js'
import type { ErrorReport } from './errors.js'
import type { GlobalOptions, Streams } from './streams.js'

type Colors = ReturnType<typeof createColors>

/** A column of a list: its title and the text of a row's cell. */
export interface Column<Row> {
  readonly title: string
  readonly text: (row: Row) => string | number | null | undefined
}

/** Writes data to stdout and everything else to stderr, as the options ask. */
export class Output {
  readonly colors: Colors
  private readonly errorColors: Colors

  /** `color` is an order from the environment; undefined leaves it to the terminal. */
  constructor(
    readonly streams: Streams,
    readonly options: GlobalOptions,
    color: boolean | undefined,
  ) {
    const wanted = options.color ? color : false
    this.colors = createColors(wanted ?? streams.stdout.isTTY === true)
    this.errorColors = createColors(wanted ?? streams.stderr.isTTY === true)
  }

  /** One result: as JSON, or in the words of `show`. */
  result(value: object, show: () => string): void {
    this.data(this.options.json ? toJson(value) : show())
  }

  /** One JSON value on a line of its own. */
  jsonLine(value: object): void {
    this.data(toJson(value))
  }

  /** A list: as JSON under its plural name, as ids with `--quiet`, else as a table. */
  list<Row>(
    name: string,
    rows: readonly Row[],
    idOf: (row: Row) => string,
    columns: readonly Column<Row>[],
    empty = `No ${name.replaceAll('_', ' ')}.`,
  ): void {
    if (this.options.json) this.data(toJson({ [name]: rows }))
    else if (this.options.quiet) for (const row of rows) this.data(idOf(row))
    else if (rows.length === 0) this.note(empty)
    else this.data(this.table(rows, columns))
  }

  /** Text for stdout, as it is. */
  data(text: string): void {
    this.streams.stdout.write(`${text}\n`)
  }

  /** A remark for people; silent with `--quiet` and `--json`. */
  note(text: string): void {
    if (!this.options.quiet && !this.options.json) this.streams.stderr.write(`${text}\n`)
  }

  /** What to do next, one command a line; with the data folder when one was named. */
  next(...commands: string[]): void {
    const where = this.options.data === undefined ? '' : ` --data ${this.options.data}`
    for (const command of commands) {
      const [, words, remark] = /^(.*?)( +#.*)?$/.exec(command) ?? []
      this.note(`${this.errorColors.dim('next:')} ${words}${where}${remark ?? ''}`)
    }
  }

  /** A failure, on stdout for scripts and on stderr for people. */
  failure({ code, message, hint, stack }: ErrorReport): void {
    if (this.options.json) {
      this.data(toJson({ error: { code, message, hint: hint ?? null } }))
      return
    }
    const { red, dim } = this.errorColors
    const lines = [...message.split('\n').map((line) => `${red('error:')} ${cleanText(line)}`)]
    if (hint !== undefined) lines.push(`${dim('hint:')} ${cleanText(hint)}`)
    if (stack !== undefined && this.options.verbose) lines.push(dim(stack))
    this.streams.stderr.write(`${lines.join('\n')}\n`)
  }

  /** Rows as text for people. */
  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
    const table = new Table({
      head: columns.map((column) => this.colors.bold(column.title)),
      chars: noLines,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
    })
    for (const row of rows) table.push(columns.map((column) => clean(String(column.text(row) ?? '-'))))
    return table.toString().replaceAll(/ +$/gm, '')
  }
}

/** Lines of `name  value`, aligned. */
export function properties(
  pairs: readonly (readonly [string, string | number | null | undefined])[],
): string {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${clean(String(value ?? '-'))}`).join('\n')
}

const cleanText = (line: string) => clean(line)

// JSON leaves C1 controls and bidi marks as they are, and a terminal obeys them.
const TERMINAL_CONTROLS = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

function toJson(value: object): string {
  return JSON.stringify(value).replace(
    TERMINAL_CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const lineParts = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
]
const innerParts = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle']
const noLines = Object.fromEntries([...lineParts, ...innerParts].map((part) => [part, '']))
