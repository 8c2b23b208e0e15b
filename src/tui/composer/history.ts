import { type Draft, draftOf, draftText } from './draft.js'

/** What an agent sent, oldest first, and where in it the composer stands (null: at the draft itself). */
export interface History {
  readonly sent: readonly string[]
  readonly position: number | null
  /** The draft that was left for the history. */
  readonly left: string
}

export const EMPTY_HISTORY: History = { sent: [], position: null, left: '' }
const LONGEST = 100

/** Adds a sent text; the same one twice in a row is kept once. */
export function remember(history: History, text: string): History {
  const sent = history.sent.at(-1) === text ? history.sent : [...history.sent, text].slice(-LONGEST)
  return { sent, position: null, left: '' }
}

/** One step back; null when there is nothing older. */
export function older(history: History, draft: Draft): { history: History; draft: Draft } | null {
  const position = (history.position ?? history.sent.length) - 1
  const text = history.sent[position]
  if (text === undefined) return null
  const left = history.position === null ? draftText(draft) : history.left
  return { history: { ...history, position, left }, draft: draftOf(text, draft.killed) }
}

/** One step forward, at the end to the draft that was left; null when the composer stands there already. */
export function newer(history: History, draft: Draft): { history: History; draft: Draft } | null {
  if (history.position === null) return null
  const position = history.position + 1
  const text = history.sent[position]
  if (text !== undefined) return { history: { ...history, position }, draft: draftOf(text, draft.killed) }
  return { history: { ...history, position: null, left: '' }, draft: draftOf(history.left, draft.killed) }
}
