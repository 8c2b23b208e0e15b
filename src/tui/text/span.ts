import { type CleanText, clean } from './clean.js'
import { codePointWidth, textWidth } from './width.js'

/** What a piece of text means; a theme turns it into colours. */
export type Style =
  | 'plain'
  | 'dim'
  | 'strong'
  | 'frame'
  | 'frameFocused'
  | 'title'
  | 'selected'
  | 'accent'
  | 'visitor'
  | 'agent'
  | 'bot'
  | 'system'
  | 'note'
  | 'good'
  | 'warning'
  | 'danger'
  | 'match'
  | 'separator'
  | 'banner'
  | 'offer'
  | 'key'

/** A piece of a row. Only `span` makes one, so that no uncleaned text reaches the screen. */
export interface Span {
  readonly text: CleanText
  readonly style: Style
}

/** One line of the screen. */
export type Row = readonly Span[]

/** Makes a span; any text may come in, the span holds it cleaned. */
export function span(text: string, style: Style = 'plain'): Span {
  return { text: clean(text), style }
}

/** A row of one span. */
export function row(text: string, style: Style = 'plain'): Row {
  return [span(text, style)]
}

export function rowWidth(spans: Row): number {
  return spans.reduce((sum, piece) => sum + textWidth(piece.text), 0)
}

/** Cuts a cleaned text to at most `width` cells, never through a character; `…` tells that something is gone. */
export function cut(text: string, width: number): CleanText {
  if (textWidth(text) <= width) return text as CleanText
  return (width < 1 ? '' : `${head(text, width - 1)}…`) as CleanText
}

/** The longest beginning of a text that fits into `width` cells. */
export function head(text: string, width: number): string {
  let cells = 0
  let end = 0
  for (const character of text) {
    cells += codePointWidth(character.codePointAt(0) ?? 0)
    if (cells > width) break
    end += character.length
  }
  return text.slice(0, end)
}

/** Cuts a row to `width` cells. */
export function cutRow(spans: Row, width: number): Row {
  if (rowWidth(spans) <= width) return spans
  const kept: Span[] = []
  let left = width
  for (const piece of spans) {
    const text = cut(piece.text, left)
    if (text !== '') kept.push({ text, style: piece.style })
    left -= textWidth(text)
    if (text !== piece.text) break
  }
  return kept
}

/** Cuts or fills a row to exactly `width` cells. */
export function fitRow(spans: Row, width: number, fill: Style = 'plain'): Row {
  const fitting = cutRow(spans, width)
  const rest = width - rowWidth(fitting)
  return rest > 0 ? [...fitting, span(' '.repeat(rest), fill)] : fitting
}

/** A row with one part at the left edge and one at the right; the left part gives way. */
export function spread(left: Row, right: Row, width: number, fill: Style = 'plain'): Row {
  const room = width - rowWidth(right)
  if (room < 1) return fitRow(left, width, fill)
  return [...fitRow(left, room, fill), ...right]
}

/** The row in one style, as for the selected line of a list. */
export function restyle(spans: Row, style: Style): Row {
  return spans.map((piece) => ({ text: piece.text, style }))
}
