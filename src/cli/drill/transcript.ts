interface Shown {
  readonly id: string
  /** Null for a note, which has no place in the order. */
  readonly sequence: number | null
}

/** What is wrong with a conversation as it is shown, against what was acknowledged; null when nothing is. */
export function wrongIn(
  shown: readonly Shown[],
  acknowledged: readonly { id: string; sequence: number }[],
): string | null {
  const placed = shown.filter(({ sequence }) => sequence !== null)
  const misplaced = placed.find(({ sequence }, index) => sequence !== index + 1)
  if (misplaced !== undefined) return `sequence ${misplaced.sequence} is not in its place`
  if (new Set(placed.map(({ id }) => id)).size < placed.length) return 'a message is there twice'
  const places = new Map(placed.map(({ id, sequence }) => [id, sequence]))
  const lost = acknowledged.find(({ id, sequence }) => places.get(id) !== sequence)
  if (lost === undefined) return null
  return `the message ${lost.id}, acknowledged as ${lost.sequence}, is ${places.get(lost.id) ?? 'not there'}`
}
