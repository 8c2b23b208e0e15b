import type { Draft } from './draft.js'

/** Where the cursor's line begins. */
export function lineStart(draft: Draft): number {
  let index = draft.cursor
  while (index > 0 && draft.graphemes[index - 1] !== '\n') index -= 1
  return index
}

/** Where the cursor's line ends, before its line feed. */
export function lineEnd(draft: Draft): number {
  const end = draft.graphemes.indexOf('\n', draft.cursor)
  return end < 0 ? draft.graphemes.length : end
}

/** The beginning of the word left of the cursor. */
export function wordLeft(draft: Draft): number {
  let index = draft.cursor
  while (index > 0 && isSpace(draft, index - 1)) index -= 1
  while (index > 0 && !isSpace(draft, index - 1)) index -= 1
  return index
}

/** The end of the word right of the cursor. */
export function wordRight(draft: Draft): number {
  const length = draft.graphemes.length
  let index = draft.cursor
  while (index < length && isSpace(draft, index)) index += 1
  while (index < length && !isSpace(draft, index)) index += 1
  return index
}

function isSpace(draft: Draft, index: number): boolean {
  return draft.graphemes[index]?.trim() === ''
}
