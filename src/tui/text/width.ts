import { eastAsianWidth } from 'get-east-asian-width'

const COMBINING = /^[\p{Mn}\p{Me}]$/u

/**
 * Cells that one code point takes in a terminal: 0 for a combining mark, 2 for wide, else 1.
 * Control characters count 0; cleaned text has none.
 */
export function codePointWidth(codePoint: number): 0 | 1 | 2 {
  if (codePoint >= 0x20 && codePoint < 0x7f) return 1
  if (codePoint < 0xa0) return 0
  if (codePoint >= 0x300 && isCombining(codePoint)) return 0
  return eastAsianWidth(codePoint)
}

/** True for a mark that is drawn over the cell before it. */
export function isCombining(codePoint: number): boolean {
  return COMBINING.test(String.fromCodePoint(codePoint))
}

/** Cells that a cleaned text takes. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += codePointWidth(character.codePointAt(0) ?? 0)
  return width
}
