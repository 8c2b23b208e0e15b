import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draftLength, draftOf, draftText, EMPTY_DRAFT, insert } from '../../src/tui/composer/draft.js'
import { EMPTY_HISTORY, newer, older, remember } from '../../src/tui/composer/history.js'
import { edit } from '../../src/tui/composer/keys.js'
import { layoutDraft, moveRow } from '../../src/tui/composer/layout.js'
import { textWidth } from '../../src/tui/text/width.js'
import { costOf } from './fixtures.js'

function press(text: string, ...keys: string[]): string {
  const after = keys.reduce((draft, name) => edit(draft, { name }) ?? draft, draftOf(text))
  return draftText(insert(after, '|'))
}

describe('the composer', () => {
  it.each([
    ['moves by letters', 'abc', ['left', 'left'], 'a|bc'],
    ['moves to both ends of the line', 'one\ntwo', ['ctrl-a'], 'one\n|two'],
    ['moves to the end of the line', 'one\ntwo', ['home', 'left', 'ctrl-a', 'ctrl-e'], 'one|\ntwo'],
    ['moves by words', 'one two  three', ['alt-b', 'alt-b', 'alt-f'], 'one two|  three'],
    ['deletes backwards', 'abc', ['backspace'], 'ab|'],
    ['deletes an emoji as one letter', 'a🐢', ['backspace'], 'a|'],
    ['deletes forwards', 'abc', ['home', 'ctrl-d'], '|bc'],
    ['deletes a word', 'one two', ['ctrl-w'], 'one |'],
    ['deletes the next word', 'one two', ['home', 'alt-d'], '| two'],
    ['deletes to the beginning', 'one two', ['ctrl-u'], '|'],
    ['brings back what it deleted', 'one two', ['ctrl-w', 'ctrl-a', 'ctrl-y'], 'two|one '],
    ['begins a new line', 'ab', ['left', 'shift-enter'], 'a\n|b'],
  ])('%s', (_what, text, keys, expected) => {
    expect(press(text, ...keys)).toBe(expected)
  })

  it('types the text of a key and leaves other keys alone', () => {
    expect(draftText(edit(EMPTY_DRAFT, { name: 'x', text: 'x' }) ?? EMPTY_DRAFT)).toBe('x')
    expect(edit(EMPTY_DRAFT, { name: 'f5' })).toBeNull()
  })

  it('cleans what is put in, and keeps its lines', () => {
    expect(draftText(draftOf('a\x1b[31m\r\nb\u202e'))).toBe('a[31m\nb')
  })

  it('counts code points as the server does', () => {
    expect(draftLength(draftOf('a🐢é'))).toBe(3)
  })

  it('takes a paste of 20 KB at once', () => {
    let draft = EMPTY_DRAFT
    const cost = costOf(() => {
      draft = draftOf('漢字 and 🐢 text, line after line\n'.repeat(600))
      layoutDraft(draft, 60)
    })
    expect(draft.graphemes.length).toBeGreaterThan(18_000)
    expect(cost).toBeLessThan(500)
  })

  it('never draws a row wider than its space, and keeps the cursor within it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.nat(80),
        fc.integer({ min: 3, max: 20 }),
        (text, cursor, width) => {
          const whole = draftOf(text)
          const draft = { ...whole, cursor: Math.min(cursor, whole.graphemes.length) }
          const layout = layoutDraft(draft, width)
          for (const row of layout.rows) expect(textWidth(row)).toBeLessThanOrEqual(width)
          expect(layout.cursorRow).toBeLessThan(layout.rows.length)
          expect(layout.cursorColumn).toBeLessThanOrEqual(width)
          expect(layout.rows.join('')).toBe(draftText(whole).replaceAll('\n', ''))
        },
      ),
    )
  })

  it('moves between rows, keeping the column, and stops at the edges', () => {
    const draft = draftOf('first\nsecond\nthird')
    const up = moveRow(draft, 20, -1)
    expect(up && layoutDraft(up, 20)).toMatchObject({ cursorRow: 1, cursorColumn: 5 })
    expect(moveRow(draft, 20, 1)).toBeNull()
    expect(moveRow(draftOf(''), 20, -1)).toBeNull()
  })

  it('goes back through what was sent and returns to the draft', () => {
    const history = remember(remember(EMPTY_HISTORY, 'one'), 'two')
    const first = older(history, draftOf('unfinished'))
    const second = first && older(first.history, first.draft)
    expect(second && draftText(second.draft)).toBe('one')
    const back = second && newer(second.history, second.draft)
    const end = back && newer(back.history, back.draft)
    expect(end && draftText(end.draft)).toBe('unfinished')
    expect(end && newer(end.history, end.draft)).toBeNull()
  })
})
