import { occurrences } from './search.js'

const LENGTH = 80
const BEFORE = 20

/** The part of a text in which a word stands, or its beginning, on one line; `…` tells that something is left out. */
export function excerpt(text: string, words: readonly string[] = []): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const [first] = occurrences(line, words)
  const from = first === undefined || first.to <= LENGTH ? 0 : first.from - BEFORE
  // By code points: half of one would be shown as a question mark.
  const shown = [...line.slice(from)].slice(0, LENGTH).join('')
  return `${from > 0 ? '…' : ''}${shown}${from + shown.length < line.length ? '…' : ''}`
}
