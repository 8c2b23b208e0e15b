import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/tui/session/model.js'
import { rowWidth } from '../../src/tui/text/span.js'
import { lastSequenceOf, mergeEntries } from '../../src/tui/transcript/entries.js'
import { excerpt } from '../../src/tui/transcript/excerpt.js'
import { findEntries, nextMatch, occurrences } from '../../src/tui/transcript/search.js'
import { dayLabel, shortDuration, startOfDay } from '../../src/tui/transcript/time.js'
import {
  type Anchor,
  atTop,
  rowsBelow,
  scrollBy,
  scrollTo,
  type TranscriptView,
  visibleRows,
} from '../../src/tui/transcript/window.js'
import { costOf, entryOf, fileOf, NOON, textOf } from './fixtures.js'

const DAY = 24 * 60 * 60_000

function viewOf(entries: readonly Entry[], parts: Partial<TranscriptView> = {}): TranscriptView {
  return { entries, width: 60, now: NOON, firstUnreadId: null, words: [], matchId: null, ...parts }
}

function shown(view: TranscriptView, anchor: Anchor = null, height = 20): string[] {
  return visibleRows(view, anchor, height).map((row) => textOf(row).trimEnd())
}

function many(count: number): Entry[] {
  return Array.from({ length: count }, (_, index) => entryOf('c1', index + 1))
}

describe('the order of entries', () => {
  it('follows the sequences, with a note behind the message after which it was written', () => {
    const note = entryOf('c1', 1, {
      id: 'note',
      internal: true,
      sequence: null,
      afterSequence: 1,
      revision: 9,
    })
    const merged = mergeEntries([entryOf('c1', 1), entryOf('c1', 2)], [note])
    expect(merged.map(({ id }) => id)).toEqual(['msg_c1_1', 'note', 'msg_c1_2'])
  })

  it('keeps what is being sent at the end and replaces it by what was stored', () => {
    const mine = { sender: 'agent', localId: 'l1' } as const
    const sending = entryOf('c1', 1, { ...mine, id: 'l1', sequence: null, status: 'sending', revision: 0 })
    const before = mergeEntries(mergeEntries([entryOf('c1', 1)], [sending]), [entryOf('c1', 2)])
    expect(before.map(({ id }) => id)).toEqual(['msg_c1_1', 'msg_c1_2', 'l1'])
    const stored = entryOf('c1', 3, mine)
    expect(mergeEntries(before, [stored, stored]).map(({ id }) => id)).toEqual([
      'msg_c1_1',
      'msg_c1_2',
      'msg_c1_3',
    ])
  })

  it('lets no late answer undo what is newer', () => {
    const edited = entryOf('c1', 1, { body: 'edited', revision: 8 })
    expect(mergeEntries([edited], [entryOf('c1', 1)])).toEqual([edited])
  })

  it('knows the last sequence behind notes', () => {
    const note = entryOf('c1', 9, { sequence: null, internal: true, afterSequence: 4 })
    expect(lastSequenceOf([entryOf('c1', 4), note])).toBe(4)
    expect(lastSequenceOf([])).toBe(0)
  })
})

describe('the rows of a transcript', () => {
  it('part the days and mark what is new', () => {
    const entries = [entryOf('c1', 1, { at: NOON - DAY }), entryOf('c1', 2)]
    const rows = shown(viewOf(entries, { firstUnreadId: 'msg_c1_2' }))
    expect(rows[0]).toMatch(/^── yesterday ─+$/)
    expect(rows[2]).toMatch(/^── today ─+$/)
    expect(rows[3]).toMatch(/^━+ new ━+$/)
    expect(rows[4]).toMatch(/^12:00 Bo {7}message 2$/)
  })

  it.each([
    ['sending', '…'],
    ['sent', '✓'],
    ['read', '✓✓'],
    ['failed', '✗'],
  ] as const)('mark a message that is %s with %s at the right', (status, mark) => {
    const [, row = []] = visibleRows(viewOf([entryOf('c1', 1, { sender: 'agent', status })]), null, 5)
    expect(textOf(row)).toMatch(new RegExp(` ${mark}$`))
    expect(rowWidth(row)).toBe(60)
  })

  it('mark no note and no message of a visitor', () => {
    const note = entryOf('c1', 2, { sender: 'agent', senderName: 'ana', internal: true, body: 'careful' })
    const rows = shown(viewOf([entryOf('c1', 1), note]))
    expect(rows[1]).not.toMatch(/✓/)
    expect(rows[2]).toMatch(/⚑note +ana→team: careful$/)
  })

  it('wrap under the body and never exceed the width', () => {
    const body = 'a long sentence that does not fit 漢字漢字漢字 🐢🐢🐢 and\nhas two lines'
    const rows = visibleRows(viewOf([entryOf('c1', 1, { body })], { width: 40 }), null, 20)
    for (const row of rows) expect(rowWidth(row)).toBeLessThanOrEqual(40)
    expect(rows.length).toBeGreaterThan(3)
    expect(textOf(rows.at(-1) ?? [])).toMatch(/^ +has two lines$/)
  })

  it('show files, reactions, edits and deletions in words', () => {
    const rows = shown(
      viewOf([
        entryOf('c1', 1, { body: '', attachments: [fileOf('a.png', { size: 2048 })] }),
        entryOf('c1', 2, { body: 'hi', edited: true, reactions: [{ emoji: '👍🏽', count: 2 }] }),
        entryOf('c1', 3, { body: '', deleted: true }),
      ]),
    )
    expect(rows[1]).toMatch(/▤ a\.png \(2 KB\)$/)
    expect(rows[2]).toMatch(/hi \(edited\)$/)
    expect(rows[3]).toMatch(/👍2$/)
    expect(rows[4]).toMatch(/\(deleted\)$/)
  })

  it('mark what was searched, in any case', () => {
    const rows = visibleRows(
      viewOf([entryOf('c1', 1, { body: 'Ship it to the SHIP' })], { words: ['ship'] }),
      null,
      5,
    )
    expect(
      rows
        .flat()
        .filter((piece) => piece.style === 'match')
        .map(({ text }) => text),
    ).toEqual(['Ship', 'SHIP'])
  })
})

describe('the window on a transcript', () => {
  it('follows the newest entry', () => {
    expect(shown(viewOf(many(50)), null, 3)).toEqual([
      '12:00 Bo       message 48',
      '12:00 Bo       message 49',
      '12:00 Bo       message 50',
    ])
  })

  it('scrolls up, stops at the top, and comes back to following', () => {
    const view = viewOf(many(50))
    const up = scrollBy(view, null, 10, 5)
    expect(shown(view, up, 5).at(-1)).toMatch(/message 40$/)
    const top = scrollBy(view, up, 1000, 5)
    expect(shown(view, top, 5)[0]).toMatch(/today/)
    expect(atTop(view, top, 5)).toBe(true)
    expect(scrollBy(view, top, -1000, 5)).toBeNull()
  })

  it('stands still while new entries come in below', () => {
    const before = viewOf(many(50))
    const anchor = scrollBy(before, null, 10, 5)
    const after = viewOf(many(60))
    expect(shown(after, anchor, 5)).toEqual(shown(before, anchor, 5))
    expect(rowsBelow(after, anchor)).toBe(20)
  })

  it('scrolls within an entry that is higher than the window', () => {
    const body = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n')
    const view = viewOf([entryOf('c1', 1, { body })])
    expect(shown(view, scrollBy(view, null, 4, 5), 5).at(-1)).toMatch(/line 25$/)
  })

  it('brings an entry to the top of the window', () => {
    const view = viewOf(many(50))
    expect(shown(view, scrollTo(view, 'msg_c1_20', 5), 5)[0]).toMatch(/message 20$/)
    expect(scrollTo(view, 'gone', 5)).toBeNull()
  })

  it('shows 10,000 new entries in less than 0.1 s', () => {
    const old = many(10)
    const burst = Array.from({ length: 10_000 }, (_, index) => entryOf('c1', index + 11))
    let rows: string[] = []
    const cost = costOf(() => {
      rows = shown(viewOf(mergeEntries(old, burst)), null, 30)
    })
    expect(cost).toBeLessThan(100)
    expect(rows.at(-1)).toMatch(/message 10010$/)
  })
})

describe('a search', () => {
  it('goes through the matches and round the ends', () => {
    const entries = [
      entryOf('c1', 1, { body: 'Refund' }),
      entryOf('c1', 2, { body: 'no' }),
      entryOf('c1', 3, { body: 'refunds' }),
    ]
    const matches = findEntries(entries, ['refund'])
    expect(matches).toEqual(['msg_c1_1', 'msg_c1_3'])
    expect(nextMatch(matches, null, true)).toBe('msg_c1_3')
    expect(nextMatch(matches, 'msg_c1_3', true)).toBe('msg_c1_1')
    expect(nextMatch(matches, 'msg_c1_1', true)).toBe('msg_c1_3')
    expect(nextMatch([], null, true)).toBeNull()
  })

  it('wants all words in any order, without regard to case and accents, and marks each where it stands', () => {
    const entries = [
      entryOf('c1', 1, { body: 'The CAFÉ im Straßen-Eck' }),
      entryOf('c1', 2, { body: 'cafe' }),
    ]
    expect(findEntries(entries, ['eck', 'cafe'])).toEqual(['msg_c1_1'])
    expect(findEntries(entries, [])).toEqual([])
    expect(occurrences('ﬁne Café, café', ['cafe', 'fi'])).toEqual([
      { from: 0, to: 1 },
      { from: 4, to: 8 },
      { from: 10, to: 14 },
    ])
  })

  it.each([
    ['short', ['short'], 'short'],
    ['two\nlines  here', [], 'two lines here'],
    [`${'word '.repeat(40)}needle ${'tail '.repeat(40)}`, ['NEEDLE'], /^….{20}needle .*…$/],
  ])('quotes the part that matters of %j', (text, words, expected) => {
    expect(excerpt(text, words)).toMatch(expected)
    expect([...excerpt(text, words)].length).toBeLessThanOrEqual(82)
  })
})

describe('times', () => {
  it.each([
    [-5, '0:00'],
    [40_000, '0:40'],
    [12 * 60_000, '12m'],
    [3 * 3_600_000, '3h'],
    [49 * 3_600_000, '2d'],
  ])('writes %i ms as %s', (milliseconds, text) => {
    expect(shortDuration(milliseconds)).toBe(text)
  })

  it('names days as people do', () => {
    const today = startOfDay(NOON)
    expect(dayLabel(NOON, today)).toBe('today')
    expect(dayLabel(NOON - DAY, today)).toBe('yesterday')
    expect(dayLabel(NOON - 3 * DAY, today)).toBe('2026-03-11')
  })
})
