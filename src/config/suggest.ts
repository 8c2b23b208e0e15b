/** The name closest to `word`, if it is close enough to be what was meant. */
function closest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const name of names) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase())
    if (distance >= bestDistance) continue
    best = name
    bestDistance = distance
  }
  return best
}

/** `did you mean …` as the end of a sentence, or nothing. */
export function suggestion(word: string, names: Iterable<string>): string {
  const name = closest(word, names)
  return name === undefined ? '' : ` Did you mean ${name}?`
}

// Levenshtein's distance, one row at a time.
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...left].entries()) row = nextRow(row, index + 1, letter, right)
  return row[right.length] ?? 0
}

function nextRow(above: readonly number[], first: number, letter: string, right: string): number[] {
  const row = [first]
  for (let column = 1; column <= right.length; column++) {
    const replaced = (above[column - 1] ?? 0) + (right[column - 1] === letter ? 0 : 1)
    row.push(Math.min(replaced, (above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1))
  }
  return row
}
