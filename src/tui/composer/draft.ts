import { cleanLines } from '../text/clean.js'

/** What an agent is writing. `cursor` counts graphemes. The text is clean but for line feeds. */
export interface Draft {
  readonly graphemes: readonly string[]
  readonly cursor: number
  /** What was last killed, for `ctrl-y`. */
  readonly killed: string
}

export const EMPTY_DRAFT: Draft = { graphemes: [], cursor: 0, killed: '' }

const SIMPLE = /^[\x20-\x7e\n]*$/
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** A draft with the cursor behind the text. */
export function draftOf(text: string, killed = ''): Draft {
  return insert({ ...EMPTY_DRAFT, killed }, text)
}

export function draftText(draft: Draft): string {
  return draft.graphemes.join('')
}

export function isBlank(draft: Draft): boolean {
  return draft.graphemes.every((grapheme) => grapheme.trim() === '')
}

/** Code points of the text: what the server's limit counts. */
export function draftLength(draft: Draft): number {
  let length = 0
  for (const grapheme of draft.graphemes) length += grapheme.length === 1 ? 1 : [...grapheme].length
  return length
}

/** Puts text at the cursor. */
export function insert(draft: Draft, text: string): Draft {
  const added = split(text)
  return splice(draft, draft.cursor, draft.cursor, added, draft.cursor + added.length)
}

/** Removes the graphemes from `start` to `end`; the cursor stands where they were. */
export function remove(draft: Draft, start: number, end: number): Draft {
  return splice(draft, start, end, [], start)
}

/** Like `remove`, and keeps the removed text for a yank. */
export function kill(draft: Draft, start: number, end: number): Draft {
  if (start === end) return draft
  return { ...remove(draft, start, end), killed: draft.graphemes.slice(start, end).join('') }
}

/** Replaces the graphemes from `start` to the cursor, as a completion does. */
export function replaceBefore(draft: Draft, start: number, text: string): Draft {
  return insert(remove(draft, start, draft.cursor), text)
}

export function moveTo(draft: Draft, cursor: number): Draft {
  return { ...draft, cursor: Math.max(0, Math.min(draft.graphemes.length, cursor)) }
}

function splice(draft: Draft, start: number, end: number, added: readonly string[], cursor: number): Draft {
  const graphemes = [...draft.graphemes.slice(0, start), ...added, ...draft.graphemes.slice(end)]
  return { ...draft, graphemes, cursor }
}

// Line by line, because one call of the segmenter over 20 KB costs 450 MB.
function split(text: string): string[] {
  if (SIMPLE.test(text)) return [...text]
  return cleanLines(text).flatMap((line, index) => [
    ...(index > 0 ? ['\n'] : []),
    ...(SIMPLE.test(line) ? line : [...segmenter.segment(line)].map((piece) => piece.segment)),
  ])
}
