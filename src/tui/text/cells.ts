import type { CleanText } from './clean.js'
import { codePointWidth } from './width.js'

/** What stands in one cell, or in two when it is wide: a character with its marks. */
export interface TextCell {
  readonly character: string
  readonly width: 1 | 2
}

/** The cells of a cleaned text. */
export function textCells(text: CleanText): TextCell[] {
  const cells: { character: string; width: 1 | 2 }[] = []
  for (const character of text) {
    const width = codePointWidth(character.codePointAt(0) ?? 0)
    const last = cells.at(-1)
    if (width > 0) cells.push({ character, width: width === 2 ? 2 : 1 })
    else if (last) last.character += character
  }
  return cells
}
