import type { Entry } from '../session/model.js'

interface Folded {
  readonly text: string
  /** For each unit of the folded text, where it comes from; one more for the end. */
  readonly origins: readonly number[]
}

/** The ids of the entries that hold all of the words, whatever their case and accents, oldest first. */
export function findEntries(entries: readonly Entry[], words: readonly string[]): string[] {
  const wanted = foldedWords(words)
  if (wanted.length === 0) return []
  return entries
    .filter(({ body }) => {
      const text = fold(body)
      return wanted.every((word) => text.includes(word))
    })
    .map(({ id }) => id)
}

/** The match after (`older`: before) the current one; the ends meet. Without a current one the newest. */
export function nextMatch(matches: readonly string[], current: string | null, older: boolean): string | null {
  const index = current === null ? -1 : matches.indexOf(current)
  if (index < 0) return matches.at(-1) ?? null
  return matches[(index + (older ? -1 : 1) + matches.length) % matches.length] ?? null
}

/** Where one of the words stands in a text, from the left, none over another: beginnings and ends. */
export function occurrences(text: string, words: readonly string[]): { from: number; to: number }[] {
  const wanted = foldedWords(words)
  if (wanted.length === 0) return []
  const { text: folded, origins } = foldWithOrigins(text)
  const found: { from: number; to: number }[] = []
  for (let at = 0; at < folded.length; ) {
    const word = wanted.find((candidate) => folded.startsWith(candidate, at))
    const [from, to] = [origins[at], origins[at + (word?.length ?? 0)]]
    if (word !== undefined && from !== undefined && to !== undefined) found.push({ from, to })
    at += word?.length ?? 1
  }
  return found
}

function foldedWords(words: readonly string[]): string[] {
  return words.map(fold).filter((word) => word !== '')
}

/** Lower case without accents, as the server's index has it. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

function foldWithOrigins(text: string): Folded {
  let folded = ''
  let at = 0
  const origins: number[] = []
  for (const character of text) {
    const plain = fold(character)
    folded += plain
    for (let unit = 0; unit < plain.length; unit += 1) origins.push(at)
    at += character.length
  }
  return { text: folded, origins: [...origins, at] }
}
