import type { Entry } from '../session/model.js'
import type { Row } from '../text/span.js'
import { entryRows, type Surroundings } from './rows.js'
import { startOfDay } from './time.js'

/** A transcript as it is to be painted: `width` in cells. */
export interface TranscriptView {
  readonly entries: readonly Entry[]
  readonly width: number
  readonly now: number
  /** The entry before which the separator "new" stands. */
  readonly firstUnreadId: string | null
  /** Words to mark. */
  readonly words: readonly string[]
  /** The entry at which the search stands. */
  readonly matchId: string | null
}

/**
 * Where the bottom of the window stands: `hidden` rows of the entry `id` are below it. Null follows the newest
 * entry. An anchor on an entry, not a count of rows: so the text stays still while new entries arrive.
 */
export type Anchor = { readonly id: string; readonly hidden: number } | null

interface CachedRows {
  readonly key: string
  readonly rows: Row[]
}

const cache = new WeakMap<Entry, CachedRows>()

/** The visible rows, at most `height`, from what stands at the bottom upwards. Only these are ever made. */
export function visibleRows(view: TranscriptView, anchor: Anchor, height: number): Row[] {
  const rows: Row[] = []
  let { index, hidden } = bottomOf(view, anchor)
  for (; index >= 0 && rows.length < height; index -= 1) {
    const own = rowsOf(view, index)
    const shown = own.slice(0, own.length - hidden)
    rows.unshift(...shown.slice(-(height - rows.length)))
    hidden = 0
  }
  return rows
}

/** The anchor `by` rows further up (positive) or down, kept within the transcript. */
export function scrollBy(view: TranscriptView, anchor: Anchor, by: number, height: number): Anchor {
  return anchorAt(view, Math.max(0, rowsBelow(view, anchor) + by), height)
}

/** The anchor that shows the entry at the top of the window, or null when there is no such entry. */
export function scrollTo(view: TranscriptView, id: string, height: number): Anchor {
  const target = view.entries.findIndex((entry) => entry.id === id)
  if (target < 0) return null
  let below = 0
  for (let index = view.entries.length - 1; index >= target; index -= 1) below += rowsOf(view, index).length
  return anchorAt(view, Math.max(0, below - height), height)
}

/** True when the window shows the very first row. */
export function atTop(view: TranscriptView, anchor: Anchor, height: number): boolean {
  return visibleRows(view, anchor, height + 1).length <= height
}

/** How many rows are below the window. */
export function rowsBelow(view: TranscriptView, anchor: Anchor): number {
  const { index, hidden } = bottomOf(view, anchor)
  let below = hidden
  for (let later = index + 1; later < view.entries.length; later += 1) below += rowsOf(view, later).length
  return below
}

function bottomOf(view: TranscriptView, anchor: Anchor): { index: number; hidden: number } {
  const last = view.entries.length - 1
  if (!anchor) return { index: last, hidden: 0 }
  const index = view.entries.findLastIndex((entry) => entry.id === anchor.id)
  return index < 0 ? { index: last, hidden: 0 } : { index, hidden: anchor.hidden }
}

// Walks up from the newest entry, so that the cost is what was scrolled over and not the whole history.
function anchorAt(view: TranscriptView, below: number, height: number): Anchor {
  const allowed = Math.min(below, mostBelow(view, below + height) - height)
  let left = Math.max(0, allowed)
  if (left === 0) return null
  for (let index = view.entries.length - 1; index >= 0; index -= 1) {
    const count = rowsOf(view, index).length
    const entry = view.entries[index]
    if (entry && left < count) return { id: entry.id, hidden: left }
    left -= count
  }
  return null
}

function mostBelow(view: TranscriptView, enough: number): number {
  let rows = 0
  for (let index = view.entries.length - 1; index >= 0 && rows < enough; index -= 1) {
    rows += rowsOf(view, index).length
  }
  return rows
}

function rowsOf(view: TranscriptView, index: number): Row[] {
  const entry = view.entries[index]
  if (!entry) return []
  const around = surroundings(view, entry, view.entries[index - 1])
  const key = `${around.width} ${around.newDay} ${around.firstUnread} ${around.today} ${around.current} ${around.words.join(' ')}`
  const cached = cache.get(entry)
  if (cached?.key === key) return cached.rows
  const rows = entryRows(entry, around)
  cache.set(entry, { key, rows })
  return rows
}

function surroundings(view: TranscriptView, entry: Entry, before: Entry | undefined): Surroundings {
  return {
    width: view.width,
    newDay: !before || startOfDay(before.at) !== startOfDay(entry.at),
    firstUnread: entry.id === view.firstUnreadId,
    today: startOfDay(view.now),
    words: view.words,
    current: entry.id === view.matchId,
  }
}
