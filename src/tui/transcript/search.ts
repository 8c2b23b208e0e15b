import type { Entry } from '../session/model.js'

/** The ids of the entries that hold `query`, in any case, oldest first. */
export function findEntries(entries: readonly Entry[], query: string): string[] {
  const wanted = query.toLowerCase()
  if (wanted === '') return []
  return entries.filter((entry) => entry.body.toLowerCase().includes(wanted)).map((entry) => entry.id)
}

/** The match after (`older`: before) the current one; the ends meet. Without a current one the newest. */
export function nextMatch(matches: readonly string[], current: string | null, older: boolean): string | null {
  const index = current === null ? -1 : matches.indexOf(current)
  if (index < 0) return matches.at(-1) ?? null
  return matches[(index + (older ? -1 : 1) + matches.length) % matches.length] ?? null
}
