import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draftOf } from '../../src/tui/composer/draft.js'
import { Keymap } from '../../src/tui/keymap/keymap.js'
import { focusOrder, layoutOf, paneAt } from '../../src/tui/presentation/layout.js'
import { sceneOf } from '../../src/tui/presentation/screen.js'
import { reduce, reduceAll } from '../../src/tui/state/reduce.js'
import { layoutFor } from '../../src/tui/state/selectors.js'
import type { State } from '../../src/tui/state/state.js'
import { textCells } from '../../src/tui/text/cells.js'
import { rowWidth } from '../../src/tui/text/span.js'
import { chatOf, chatting, entryOf, mateOf, NOON, stateWith, waiting } from './fixtures.js'

const keymap = new Keymap()

/** Paints a scene onto a grid of characters as the screen does; a wide character fills two cells. */
function paint(state: State): string[] {
  const grid = Array.from({ length: state.size.rows }, () => Array<string>(state.size.columns).fill(' '))
  for (const { area, rows } of sceneOf(state, keymap).surfaces) {
    for (let y = 0; y < area.height; y += 1) {
      let x = area.left
      const line = grid[area.top + y] ?? []
      for (const { text } of rows[y] ?? []) {
        for (const cell of textCells(text)) {
          line[x] = cell.character
          if (cell.width === 2) line[x + 1] = ''
          x += cell.width
        }
      }
      for (; x < area.left + area.width; x += 1) line[x] = ' '
    }
  }
  return grid.map((line) => line.join(''))
}

function sized(state: State, columns: number, rows: number): State {
  return reduce(state, { type: 'resized', size: { columns, rows } })
}

const busy = reduceAll(
  chatting(
    [entryOf('c1', 1), entryOf('c1', 2, { sender: 'agent', status: 'read', senderName: 'ana' })],
    chatOf('c1', { tags: ['eu'], metadata: { page: '/pricing' }, email: 'bo@li.example' }),
  ),
  [
    {
      type: 'queue',
      items: [
        waiting('q1', { name: 'VIP Zoë', priority: 'high', reason: 'billing', requestedAt: NOON - 720_000 }),
        waiting('q2', { name: '注文 Ken' }),
      ],
      size: 7,
    },
    { type: 'team', team: [mateOf('max', { active: 4 }), mateOf('li', { availability: 'away' })] },
  ],
)

describe('the screen', () => {
  it('always tells the key that leads to all others, and names visitors whole where there is room', () => {
    expect(paint(sized(busy, 80, 24)).at(-2)).toMatch(/\^K palette .*F1 help/)
    const long = chatting([entryOf('c1', 1, { senderName: 'visitor-732w', body: 'hello' })], chatOf('c1'))
    expect(paint(sized(long, 140, 40)).join('\n')).toMatch(/visitor-732w hello|visitor-732w +hello/)
  })

  it('shows the whole desk in three panes from 120 columns', () => {
    const rows = paint(busy)
    expect(rows[0]).toMatch(/^┌ ReplyHQ ▸ acme-shop ─+ ana ● online ─+ queue 7 · mine 1 · 1 ⚠ ─ 12:00 ┐$/)
    expect(rows[1]).toMatch(/^├ Queue \(7\) ─+┬ #c1 Bo Li · \/pricing ─+┬ Visitor F2 ─+┤$/)
    expect(rows[2]).toMatch(/^│‼ 1 VIP Zoë · billing +12m⚠│/)
    expect(rows[3]).toMatch(/^│ {2}2 注文 Ken +2m │/)
    const text = rows.join('\n')
    expect(text).toMatch(/│ {2}\+5 more +│[\s\S]*├ Mine \(1\) ─+┤/)
    expect(text).toMatch(/│● max +4\/5 │/)
    expect(text).toMatch(/│○ li +away │/)
    expect(text).toMatch(/message 2 +✓✓ │/)
    expect(text).toMatch(/│ bo@li\.example +│/)
    expect(text).toMatch(/├ ▸Reply ─ 0\/5000 ─+┤/)
    expect(rows.at(-3)).toMatch(/^├─+┴─+┴─+┤$/)
    expect(rows.at(-2)).toMatch(/^│ ● connected 12ms · ↑0 unsent │ \^K palette \^G accept/)
    expect(rows.at(-1)).toMatch(/^└─+┘$/)
  })

  it('shows two panes from 80 columns, and the visitor instead of the lists when asked', () => {
    const rows = paint(sized(busy, 100, 30))
    expect(rows[1]).toMatch(/^├ Queue \(7\) ─+┬ #c1 Bo Li/)
    expect(rows[1]).not.toContain('Visitor')
    const visitor = paint(reduce(sized(busy, 100, 30), { type: 'visitorShown', shown: true }))
    expect(visitor[1]).toMatch(/^├ Visitor F2 ─+┬/)
  })

  it('shows one list from 60 columns: the one that has the focus', () => {
    const narrow = sized(busy, 70, 24)
    expect(paint(narrow)[1]).toMatch(/^├ Mine \(1\) ─+┬ #c1/)
    expect(paint(reduce(narrow, { type: 'focus', pane: 'queue' }))[1]).toMatch(/^├ ▸Queue \(7\) ─+┬/)
    expect(focusOrder(layoutFor(narrow))).toEqual(['queue', 'mine', 'team', 'transcript', 'composer'])
  })

  it('says so when the window is too small', () => {
    expect(paint(sized(busy, 59, 40))[0]).toMatch(/too small: 59×40/)
    expect(paint(sized(busy, 100, 15))[0]).toMatch(/too small/)
  })

  it('counts down in a banner while the server is away', () => {
    const connection = { phase: 'offline', retryAt: NOON + 4200, unsent: 2 } as const
    const rows = paint(reduce(busy, { type: 'connection', connection }))
    expect(rows[1]).toMatch(/✗ Not connected: next try in 5 s · you can go on writing · 2 unsent/)
    expect(rows[2]).toMatch(/^├ Queue/)
  })

  it('shows who types, a notice, and how much is below', () => {
    const state = reduceAll(busy, [
      { type: 'typing', chatId: 'c1', name: null, active: true },
      { type: 'notice', notice: { text: 'You have Zoë now', tone: 'good', until: NOON + 1 } },
    ])
    const text = paint(state).join('\n')
    expect(text).toContain('Bo Li is typing…')
    expect(text).toContain('You have Zoë now')
  })

  it('tells a note apart by a word, not only by colour', () => {
    const state = reduce(busy, { type: 'patchChat', chatId: 'c1', patch: { mode: 'note' } })
    expect(paint(state).join('\n')).toMatch(/├ ▸NOTE ─ only the team sees it · 0\/5000 ─+┤/)
  })

  it('says why a reply cannot be written', () => {
    const chat = chatOf('c1', { assignee: { id: 'agt_max', name: 'max' } })
    expect(paint(chatting([], chat)).join('\n')).toContain('max has this chat')
  })

  it('lets the composer grow with the draft, up to a third', () => {
    const composerHeight = (lines: number) =>
      layoutFor(reduce(busy, { type: 'draft', draft: draftOf('line\n'.repeat(lines)) })).panes.composer
        ?.height
    expect(composerHeight(0)).toBe(2)
    expect(composerHeight(5)).toBe(6)
    expect(composerHeight(50)).toBeLessThan(14)
  })

  it('puts the cursor where the agent types', () => {
    const state = reduce(busy, { type: 'draft', draft: draftOf('漢字 hi') })
    const area = layoutFor(state).panes.composer
    expect(sceneOf(state, keymap).cursor).toEqual({ x: (area?.left ?? 0) + 1 + 7, y: area?.top })
  })

  it('has no hole and no overlap in its layout, whatever the size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 200 }),
        fc.integer({ min: 16, max: 70 }),
        fc.boolean(),
        fc.nat(30),
        (columns, rows, visitorShown, queueLength) => {
          const wishes = {
            visitorShown,
            banner: false,
            list: 'mine',
            draftRows: 2,
            queueLength,
            mineLength: 3,
          } as const
          const layout = layoutOf(columns, rows, wishes)
          let covered = 0
          for (const area of Object.values(layout.panes)) {
            expect(area.height).toBeGreaterThan(0)
            expect(area.width).toBeGreaterThan(10)
            covered += area.width * area.height
          }
          let found = 0
          for (let y = 0; y < rows; y += 1)
            for (let x = 0; x < columns; x += 1) if (paneAt(layout, x, y)) found += 1
          expect(found).toBe(covered)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('keeps every frame line in its place, whatever visitors are called and write', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 40 })
    fc.assert(
      fc.property(anything, anything, fc.constantFrom(70, 100, 140), (name, body, columns) => {
        const chat = chatOf('c1', { name, subject: body, tags: [body], metadata: { page: body } })
        const state = reduceAll(
          sized(chatting([entryOf('c1', 1, { body, senderName: name })], chat), columns, 30),
          [{ type: 'queue', items: [waiting('q', { name, reason: body })], size: 1 }],
        )
        const layout = layoutFor(state)
        for (const { area, rows } of sceneOf(state, keymap).surfaces) {
          for (const row of rows) expect(rowWidth(row)).toBeLessThanOrEqual(area.width)
        }
        const inner = paint(state).slice(layout.titleRow + 1, layout.statusLine)
        for (const row of inner) {
          const cells = [...row].length
          expect(cells).toBeGreaterThan(0)
          expect(row).toMatch(/^[│├].*[│┤]$/su)
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('an empty desk', () => {
  it('tells what can be done', () => {
    expect(paint(stateWith()).join('\n')).toMatch(/No chat is open[\s\S]*Nobody waits/)
    const waits = stateWith({ type: 'queue', items: [waiting('q')], size: 1 })
    expect(paint(waits).join('\n')).toContain('Ctrl-G accepts the first')
  })
})
