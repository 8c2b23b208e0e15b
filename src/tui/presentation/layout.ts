/** A rectangle in cells; `left` and `top` count from 0. */
export interface Rect {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export type Pane = 'queue' | 'mine' | 'team' | 'transcript' | 'composer' | 'visitor'

/** Where everything stands. A pane without a rectangle is not shown. */
export interface Layout {
  readonly kind: 'three' | 'two' | 'one' | 'tooSmall'
  readonly columns: number
  readonly rows: number
  readonly panes: Partial<Record<Pane, Rect>>
  /** Columns of the vertical lines between left, middle and right. */
  readonly leftLine: number
  readonly rightLine: number | null
  /** The row of the titles of the panes, and that of the line above the status. */
  readonly titleRow: number
  readonly statusLine: number
}

/** What the layout depends on besides the size. */
export interface LayoutWishes {
  readonly visitorShown: boolean
  readonly banner: boolean
  /** Which of the lists shows where there is room for one. */
  readonly list: 'queue' | 'mine' | 'team'
  readonly draftRows: number
  readonly queueLength: number
  readonly mineLength: number
}

const SMALLEST = { columns: 60, rows: 16 }

/** Divides the screen: from 120 columns three panes, from 80 two, from 60 one list and the chat. */
export function layoutOf(columns: number, rows: number, wishes: LayoutWishes): Layout {
  const kind = columns < SMALLEST.columns || rows < SMALLEST.rows ? 'tooSmall' : kindFor(columns)
  const titleRow = wishes.banner ? 2 : 1
  const statusLine = rows - 3
  const leftWidth = leftWidthFor(kind, columns)
  const rightWidth = kind === 'three' && wishes.visitorShown ? Math.min(32, Math.floor(columns * 0.19)) : 0
  const leftLine = leftWidth + 1
  const rightLine = rightWidth > 0 ? columns - rightWidth - 2 : null
  const frame = { kind, columns, rows, leftLine, rightLine, titleRow, statusLine } as const
  if (kind === 'tooSmall') return { ...frame, panes: {} }
  const body = { top: titleRow + 1, bottom: statusLine }
  const middle = { left: leftLine + 1, right: rightLine ?? columns - 1 }
  return {
    ...frame,
    panes: {
      ...leftPanes(kind, wishes, { left: 1, right: leftLine }, body),
      ...middlePanes(wishes, middle, body),
      ...(rightLine === null ? {} : { visitor: rect({ left: rightLine + 1, right: columns - 1 }, body) }),
    },
  }
}

const ORDER: readonly Pane[] = ['queue', 'mine', 'team', 'transcript', 'composer', 'visitor']
const LISTS: readonly Pane[] = ['queue', 'mine', 'team']

function visiblePanes(layout: Layout): Pane[] {
  return ORDER.filter((pane) => layout.panes[pane] !== undefined)
}

/** The panes in the order in which Tab visits them. Where one list shows, the other lists take its place. */
export function focusOrder(layout: Layout): Pane[] {
  const listShown = LISTS.some((list) => layout.panes[list] !== undefined)
  return ORDER.filter((pane) => layout.panes[pane] !== undefined || (listShown && LISTS.includes(pane)))
}

/** Cells for text in the composer: one stays free at each side. */
export function composerWidth(area: Rect): number {
  return area.width - 2
}

/** The pane under a cell. */
export function paneAt(layout: Layout, x: number, y: number): Pane | null {
  const found = visiblePanes(layout).find((pane) => {
    const area = layout.panes[pane]
    return area && x >= area.left && x < area.left + area.width && y >= area.top && y < area.top + area.height
  })
  return found ?? null
}

interface Across {
  readonly left: number
  readonly right: number
}

interface Down {
  readonly top: number
  readonly bottom: number
}

function kindFor(columns: number): 'three' | 'two' | 'one' {
  if (columns >= 120) return 'three'
  return columns >= 80 ? 'two' : 'one'
}

function leftWidthFor(kind: Layout['kind'], columns: number): number {
  if (kind === 'one') return 20
  return kind === 'two' ? 25 : Math.min(30, Math.floor(columns * 0.2))
}

function leftPanes(kind: Layout['kind'], wishes: LayoutWishes, across: Across, down: Down): Layout['panes'] {
  if (kind !== 'three' && wishes.visitorShown) return { visitor: rect(across, down) }
  if (kind === 'one') return { [wishes.list]: rect(across, down) }
  // Two rows go to the titles of the second and third list. The team takes a fifth; the queue grows with its need.
  const room = down.bottom - down.top - 2
  const team = Math.max(3, Math.floor(room / 5))
  const mineNeed = Math.max(4, wishes.mineLength)
  const queueNeed = Math.max(3, wishes.queueLength + 1)
  const half = Math.ceil((room - team) / 2)
  const queue = Math.min(Math.max(half, room - team - mineNeed), Math.max(queueNeed, half))
  const mineTop = down.top + queue + 1
  const teamTop = down.bottom - team
  return {
    queue: rect(across, { top: down.top, bottom: down.top + queue }),
    mine: rect(across, { top: mineTop, bottom: teamTop - 1 }),
    team: rect(across, { top: teamTop, bottom: down.bottom }),
  }
}

function middlePanes(wishes: LayoutWishes, across: Across, down: Down): Layout['panes'] {
  const room = down.bottom - down.top
  const composer = Math.min(Math.max(2, wishes.draftRows), Math.max(2, Math.floor(room / 3)))
  return {
    transcript: rect(across, { top: down.top, bottom: down.bottom - composer - 1 }),
    composer: rect(across, { top: down.bottom - composer, bottom: down.bottom }),
  }
}

function rect(across: Across, down: Down): Rect {
  return {
    left: across.left,
    top: down.top,
    width: across.right - across.left,
    height: down.bottom - down.top,
  }
}
