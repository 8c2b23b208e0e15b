import type { Entry } from '../session/model.js'

/**
 * Adds and replaces entries, keeping the order of the conversation. An entry replaces the one with the same id
 * or local id unless it is older. What is unchanged stays the same object, so that its rows stay cached.
 */
export function mergeEntries(entries: readonly Entry[], incoming: readonly Entry[]): readonly Entry[] {
  if (incoming.length === 0) return entries
  if (appends(entries, incoming)) return [...entries, ...incoming]
  const byKey = new Map(entries.map((entry) => [keyOf(entry), entry]))
  for (const entry of incoming) place(byKey, entry)
  return [...byKey.values()].sort(compareEntries)
}

/** Replaces the entries for which `change` gives another object. */
export function mapEntries(entries: readonly Entry[], change: (entry: Entry) => Entry): readonly Entry[] {
  let changed = false
  const mapped = entries.map((entry) => {
    const next = change(entry)
    changed ||= next !== entry
    return next
  })
  return changed ? mapped : entries
}

/** The last sequence among the entries, 0 when there is none. */
export function lastSequenceOf(entries: readonly Entry[]): number {
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const sequence = entries[index]?.sequence
    if (typeof sequence === 'number') return sequence
  }
  return 0
}

/** Whether an entry is not on the server: still on its way, or refused. */
export function isUnstored(entry: Entry): boolean {
  return entry.status === 'sending' || entry.status === 'failed'
}

// A message that was sent from here is known by its local id before it has an id; others' local ids may repeat.
function keyOf(entry: Entry): string {
  return entry.localId !== null && entry.sender === 'agent' ? `local:${entry.localId}` : entry.id
}

function place(byKey: Map<string, Entry>, entry: Entry): void {
  const key = keyOf(entry)
  const known = byKey.get(key)
  if (known && !isUnstored(known) && (isUnstored(entry) || known.revision > entry.revision)) return
  byKey.set(key, entry)
}

function appends(entries: readonly Entry[], incoming: readonly Entry[]): boolean {
  let last = entries.at(-1)
  if (last && isUnstored(last)) return false
  for (const entry of incoming) {
    if (entry.sequence === null || (last && (last.sequence ?? last.afterSequence) >= entry.sequence))
      return false
    last = entry
  }
  return true
}

function compareEntries(a: Entry, b: Entry): number {
  return (
    Number(isUnstored(a)) - Number(isUnstored(b)) ||
    (a.sequence ?? a.afterSequence) - (b.sequence ?? b.afterSequence) ||
    Number(a.sequence === null) - Number(b.sequence === null) ||
    a.revision - b.revision ||
    a.at - b.at
  )
}
