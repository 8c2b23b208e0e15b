import { fitRow, type Row, row, rowWidth, type Span, type Style, span } from '../text/span.js'
import type { Layout, Pane, Rect } from './layout.js'

/** What stands in the line above a pane. */
export interface Title {
  readonly left: Row
  readonly right?: Row
}

/** A junction's arms: is there a line above, below, left, right of it? */
const JUNCTIONS: Readonly<Record<string, string>> = {
  '0011': '─',
  '1100': '│',
  '0101': '┌',
  '0110': '┐',
  '1001': '└',
  '1010': '┘',
  '1101': '├',
  '1110': '┤',
  '0111': '┬',
  '1011': '┴',
  '1111': '┼',
}

/** The lines around the panes, as rows of the whole screen. The panes are painted over them. */
export function frameRows(layout: Layout, header: Row, titles: Partial<Record<Pane, Title>>): Row[] {
  const rows: Row[] = [
    [span('┌', 'frame'), ...fitRow(header, layout.columns - 2, 'frame'), span('┐', 'frame')],
  ]
  for (let y = 1; y < layout.rows; y += 1) rows.push(frameRow(layout, titles, y))
  return rows
}

/** A line with a title in it. */
function titledLine(title: Title, width: number, style: Style = 'frame'): Row {
  const right = title.right ?? []
  const fill = (cells: number) => span('─'.repeat(Math.max(0, cells)), style)
  const left = [span(' '), ...title.left, span(' ')]
  const used = rowWidth(left) + rowWidth(right)
  return used < width ? [...left, fill(width - used), ...right] : fitRow(left, width, style)
}

/** A box with a title, for what stands over the panes. */
export function boxRows(title: string, content: readonly Row[], width: number): Row[] {
  const inner = width - 2
  const edge = (left: string, right: string, line: Row): Row => [
    span(left, 'frameFocused'),
    ...line,
    span(right, 'frameFocused'),
  ]
  return [
    edge('╭', '╮', titledLine({ left: [span(title, 'frameFocused')] }, inner, 'frameFocused')),
    ...content.map((line) => edge('│', '│', fitRow(line, inner))),
    edge('╰', '╯', row('─'.repeat(inner), 'frameFocused')),
  ]
}

function frameRow(layout: Layout, titles: Partial<Record<Pane, Title>>, y: number): Row {
  const { columns, leftLine, rightLine } = layout
  const edges = [0, leftLine, ...(rightLine === null ? [] : [rightLine]), columns - 1]
  const pieces: Span[] = []
  edges.forEach((x, index) => {
    pieces.push(span(junction(layout, x, y), 'frame'))
    const next = edges[index + 1]
    if (next !== undefined) pieces.push(...segment(layout, titles, { left: x + 1, right: next }, y))
  })
  return pieces
}

function segment(
  layout: Layout,
  titles: Partial<Record<Pane, Title>>,
  across: { left: number; right: number },
  y: number,
): Row {
  const width = across.right - across.left
  if (!hasLine(layout, across.left, y)) return row(' '.repeat(width))
  const below = (Object.keys(layout.panes) as Pane[]).find((pane) => {
    const area = layout.panes[pane]
    return area !== undefined && area.left === across.left && area.top === y + 1
  })
  const title = below === undefined ? undefined : titles[below]
  return title ? titledLine(title, width) : row('─'.repeat(width), 'frame')
}

// The status line is one wide cell: the lines between the panes run from the titles to it.
function junction(layout: Layout, x: number, y: number): string {
  const outer = x === 0 || x === layout.columns - 1
  const [first, last] = outer ? [0, layout.rows - 1] : [layout.titleRow, layout.statusLine]
  const up = y > first && y <= last
  const down = y >= first && y < last
  const left = x > 0 && hasLine(layout, x - 1, y)
  const right = x < layout.columns - 1 && hasLine(layout, x + 1, y)
  return JUNCTIONS[[up, down, left, right].map(Number).join('')] ?? ' '
}

// A cell has a horizontal line when its row is one of the full lines, or the row above a pane in its column.
function hasLine(layout: Layout, x: number, y: number): boolean {
  if (y === 0 || y === layout.titleRow || y === layout.statusLine || y === layout.rows - 1) return true
  return Object.values(layout.panes).some(
    (area: Rect) => y === area.top - 1 && x >= area.left && x < area.left + area.width,
  )
}
