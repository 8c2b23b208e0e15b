import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textCells } from '../../src/tui/text/cells.js'
import { clean, cleanLines } from '../../src/tui/text/clean.js'
import { cut, cutRow, fitRow, rowWidth, span, spread } from '../../src/tui/text/span.js'
import { textWidth } from '../../src/tui/text/width.js'
import { wrap } from '../../src/tui/text/wrap.js'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        'hello',
        '漢字',
        '🐢',
        '❤️',
        '👩‍👩‍👧',
        '🇳🇱',
        'مرحبا',
        'é',
        'e\u0301',
        '한글',
        '👍🏽',
        'สวัส',
        '\x1b[31m',
        '\u202e',
        ' ',
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join('')),
)

describe('clean', () => {
  it.each([
    ['escape sequences', '\x1b[31mred\x1b[0m', '[31mred[0m'],
    ['C1 controls', '\x9b31mred\x9d', '31mred'],
    ['bidi overrides and isolates', 'abc\u202e\u2066def\u2069\u200f', 'abcdef'],
    ['joiners', '👩\u200d👩\u200d👧', '👩'],
    ['skin tones and variation selectors', '👍🏽 ❤\ufe0f', '👍 ❤'],
    ['keycaps', '1\ufe0f\u20e3', '1'],
    ['flags, written as letters', '🇳🇱', '[NL]'],
    ['tags of the last plane', 'a\u{e0041}b', 'ab'],
    ['line breaks of every kind', 'a\r\nb\u2028c', 'a b c'],
    ['tabs', 'a\tb', 'a    b'],
    ['decomposed letters', 'e\u0301', 'é'],
    ['lone surrogates', 'a\ud800b', 'a\ufffdb'],
    ['a mark without a letter', '\u0301a', 'a'],
    ['blank letters', 'a\u3164\u115fb', 'ab'],
    ['unusual spaces', 'a\u00a0b\u3000c', 'a b  c'],
    ['plain text', 'Hello, world! {bold}', 'Hello, world! {bold}'],
  ])('makes %s harmless', (_what, foreign, expected) => {
    expect(clean(foreign)).toBe(expected)
  })

  it('keeps at most three marks over a letter, so that none reaches the rows around it', () => {
    expect(clean(`a${'\u0300'.repeat(50)}`).normalize('NFD')).toHaveLength(5)
  })

  it('keeps lines apart where lines are wanted', () => {
    expect(cleanLines('a\x1b\r\nb\nc')).toEqual(['a', 'b', 'c'])
  })

  it('lets no control, format or bidi character through, whatever comes in', () => {
    fc.assert(
      fc.property(anyText, (foreign) => {
        expect(clean(foreign)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  it('changes nothing when it is done twice', () => {
    fc.assert(
      fc.property(anyText, (foreign) => {
        expect(clean(clean(foreign))).toBe(clean(foreign))
      }),
    )
  })
})

describe('widths', () => {
  it.each([
    ['ascii', 5, 'hello'],
    ['ideographs', 4, '漢字'],
    ['emoji', 2, '🐢'],
    ['a heart without its selector', 1, '❤'],
    ['letters with marks', 1, 'ǵ̃'],
  ])('counts %s as %i cells', (_what, cells, text) => {
    expect(textWidth(clean(text))).toBe(cells)
  })

  it('fills as many cells as it says', () => {
    fc.assert(
      fc.property(anyText, (foreign) => {
        const text = clean(foreign)
        const cells = textCells(text).reduce((sum, cell) => sum + cell.width, 0)
        expect(cells).toBe(textWidth(text))
      }),
    )
  })

  it('never exceeds the width when it cuts, fits, spreads and wraps', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 40 }), (foreign, width) => {
        const text = clean(foreign)
        expect(textWidth(cut(text, width))).toBeLessThanOrEqual(width)
        expect(rowWidth(cutRow([span(foreign), span(foreign)], width))).toBeLessThanOrEqual(width)
        expect(rowWidth(fitRow([span(foreign)], width))).toBe(width)
        expect(rowWidth(spread([span(foreign)], [span('12')], width))).toBe(width)
        for (const line of wrap(text, width)) expect(textWidth(line)).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('wraps at spaces, and loses nothing but them', () => {
    expect(wrap('the quick brown fox', 9)).toEqual(['the quick', 'brown fox'])
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij'])
    expect(wrap('漢字漢字', 3)).toEqual(['漢', '字', '漢', '字'])
  })
})
