import { textWidth } from '../text/width.js'
import { type Draft, moveTo } from './draft.js'

/** A draft broken into rows. `starts` holds the index of each row's first grapheme. */
export interface DraftLayout {
  readonly rows: readonly string[]
  readonly starts: readonly number[]
  readonly cursorRow: number
  readonly cursorColumn: number
}

// A frame asks several times for the same draft, and a long paste has 20,000 graphemes.
const cache = new WeakMap<Draft, { readonly width: number; readonly layout: DraftLayout }>()

/** Breaks a draft into rows of `width` cells and finds the cursor's cell. */
export function layoutDraft(draft: Draft, width: number): DraftLayout {
  const cached = cache.get(draft)
  if (cached?.width === width) return cached.layout
  const layout = breakRows(draft, width)
  cache.set(draft, { width, layout })
  return layout
}

function breakRows(draft: Draft, width: number): DraftLayout {
  const rows: string[] = ['']
  const starts = [0]
  let column = 0
  let cursor: Pick<DraftLayout, 'cursorRow' | 'cursorColumn'> | null = null
  const breakRow = (next: number) => {
    rows.push('')
    starts.push(next)
    column = 0
  }
  for (const [index, grapheme] of draft.graphemes.entries()) {
    const cells = grapheme === '\n' ? 0 : textWidth(grapheme)
    if (column + cells > width) breakRow(index)
    if (index === draft.cursor) cursor = { cursorRow: rows.length - 1, cursorColumn: column }
    if (grapheme === '\n') breakRow(index + 1)
    else rows[rows.length - 1] += grapheme
    column += cells
  }
  if (cursor) return { rows, starts, ...cursor }
  if (column >= width) breakRow(draft.graphemes.length)
  return { rows, starts, cursorRow: rows.length - 1, cursorColumn: column }
}

/** The draft with the cursor one row up (-1) or down (1), or null at the edge. */
export function moveRow(draft: Draft, width: number, by: -1 | 1): Draft | null {
  const layout = layoutDraft(draft, width)
  const target = layout.cursorRow + by
  const start = layout.starts[target]
  if (start === undefined) return null
  const end = (layout.starts[target + 1] ?? draft.graphemes.length + 1) - 1
  const endsWithBreak = draft.graphemes[end] === '\n' || target === layout.rows.length - 1
  return moveTo(draft, indexAt(draft, start, endsWithBreak ? end : end + 1, layout.cursorColumn))
}

function indexAt(draft: Draft, start: number, end: number, column: number): number {
  let cells = 0
  let index = start
  while (index < end) {
    cells += textWidth(draft.graphemes[index] ?? '')
    if (cells > column) break
    index += 1
  }
  return index
}
