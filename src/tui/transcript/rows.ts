import type { Entry } from '../session/model.js'
import { type CleanText, clean, cleanLines } from '../text/clean.js'
import { cut, fitRow, type Row, rowWidth, type Span, type Style, span } from '../text/span.js'
import { textWidth } from '../text/width.js'
import { wrap } from '../text/wrap.js'
import { occurrences } from './search.js'
import { clockTime, dayLabel, fileSize } from './time.js'

/** What stands before an entry besides its own rows. */
export interface Surroundings {
  readonly width: number
  readonly newDay: boolean
  readonly firstUnread: boolean
  /** Milliseconds of today's first moment, for "today" and "yesterday". */
  readonly today: number
  /** Words to mark. */
  readonly words: readonly string[]
  /** Whether the search stands here. */
  readonly current: boolean
}

const MARKS: Record<Entry['status'], Span> = {
  sending: span('…', 'dim'),
  failed: span('✗', 'danger'),
  sent: span('✓', 'dim'),
  delivered: span('✓', 'dim'),
  read: span('✓✓', 'good'),
}
const AI = '⚙ AI'
const MARK_CELLS = 3
const TIME_CELLS = 6

/** The rows of one entry, separators before it included. */
export function entryRows(entry: Entry, around: Surroundings): Row[] {
  const rows: Row[] = []
  if (around.newDay) rows.push(ruler(dayLabel(entry.at, around.today), '─', around.width, 'separator'))
  if (around.firstUnread) rows.push(ruler('new', '━', around.width, 'warning'))
  return [...rows, ...(entry.sender === 'system' ? eventRows(entry, around) : messageRows(entry, around))]
}

function ruler(label: string, line: string, width: number, style: Style): Row {
  const text = ` ${label} `
  const left = line === '─' ? 2 : Math.max(2, Math.floor((width - textWidth(text)) / 2))
  const right = Math.max(0, width - left - textWidth(text))
  return [span(line.repeat(left) + text + line.repeat(right), style)]
}

function messageRows(entry: Entry, around: Surroundings): Row[] {
  const nameCells = nameCellsOf(around.width)
  const prefix: Row = [
    ...timeSpans(entry, around),
    ...fitRow([span(senderLabel(entry), senderStyle(entry))], nameCells),
    span(' '),
  ]
  const mark = entry.sender === 'agent' && !entry.internal && !entry.deleted ? MARKS[entry.status] : null
  const indent = TIME_CELLS + nameCells + 1
  const room = Math.max(8, around.width - indent - (mark ? MARK_CELLS : 0))
  const lines = bodyLines(entry).flatMap((line) => wrap(line, room))
  return lines.map((line, index) => {
    const body = markMatches(line, around.words, bodyStyle(entry))
    const start = index === 0 ? prefix : [span(' '.repeat(indent))]
    const last = index === lines.length - 1 && mark !== null
    return last
      ? [...fitRow([...start, ...body], around.width - MARK_CELLS), ...fitMark(mark)]
      : [...start, ...body]
  })
}

/** A name as whole as the pane allows: it stands before every message. */
function nameCellsOf(width: number): number {
  if (width < 60) return 6
  return Math.min(14, 8 + Math.floor((width - 60) / 2))
}

function timeSpans({ at }: Entry, { current }: Surroundings): Row {
  return [span(clockTime(at), 'dim'), current ? span('▸', 'match') : span(' ')]
}

function fitMark(mark: Span): Row {
  return [span(' '.repeat(MARK_CELLS - rowWidth([mark]))), mark]
}

function eventRows(entry: Entry, around: Surroundings): Row[] {
  const room = Math.max(8, around.width - TIME_CELLS - 2)
  return bodyLines(entry)
    .flatMap((line) => wrap(line, room))
    .map((line, index) => [
      ...(index === 0 ? timeSpans(entry, around) : [span(' '.repeat(TIME_CELLS))]),
      span(index === 0 ? '· ' : '  ', 'system'),
      ...markMatches(line, around.words, 'system'),
    ])
}

function bodyLines(entry: Entry): CleanText[] {
  if (entry.deleted) return [clean('(deleted)')]
  const text = entry.internal ? `${authorOf(entry)}→team: ${entry.body}` : entry.body
  const lines = text === '' && entry.attachments.length > 0 ? [] : cleanLines(text)
  const files = entry.attachments.map((file) => clean(`▤ ${file.name} (${fileSize(file.size)})`))
  const reactions = entry.reactions
    .map(({ emoji, count }) => (count > 1 ? `${emoji}${count}` : emoji))
    .join(' ')
  const edited = entry.edited && lines.length > 0 ? [clean(`${lines.pop()} (edited)`)] : []
  return [...lines, ...edited, ...files, ...(reactions === '' ? [] : [clean(`  ${reactions}`)])]
}

/** Whose an entry is; the bot's is always marked as the AI's, whatever name it goes by. */
export function authorOf({ sender, senderName }: Pick<Entry, 'sender' | 'senderName'>): string {
  return sender === 'bot' ? AI : senderName
}

function senderLabel(entry: Entry): string {
  if (entry.internal) return '⚑note'
  if (entry.sender === 'bot') return AI
  const [first = ''] = cut(clean(entry.senderName), 40).split(' ')
  return first
}

function senderStyle(entry: Entry): Style {
  if (entry.internal) return 'note'
  if (entry.sender === 'user') return 'visitor'
  return entry.sender === 'bot' ? 'bot' : 'agent'
}

function bodyStyle(entry: Entry): Style {
  if (entry.deleted) return 'dim'
  return entry.internal ? 'note' : 'plain'
}

function markMatches(line: string, words: readonly string[], style: Style): Row {
  const spans: Span[] = []
  let from = 0
  for (const found of occurrences(line, words)) {
    spans.push(span(line.slice(from, found.from), style), span(line.slice(found.from, found.to), 'match'))
    from = found.to
  }
  return [...spans, span(line.slice(from), style)]
}
