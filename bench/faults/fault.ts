/** How long and how large a run is. */
export type Extent = 'short' | 'middling' | 'long'

/** What a run saw. */
export interface Finding {
  readonly figures: Readonly<Record<string, number | string>>
  /** Promises that were broken, in words. */
  readonly breaches: readonly string[]
}

/** Something that goes wrong around the server, and what is promised all the same. */
export interface Fault {
  readonly name: string
  /** True: its short form takes too long for tests. */
  readonly byHand?: true
  /** What this machine lacks for it; null when it can run. */
  missing?(): string | null
  /** What the kernel or the container forbids, whatever is installed; null when nothing. */
  forbidden?(): string | null
  run(extent: Extent): Promise<Finding>
}

/** The verdict on one line. */
export function lineOf(name: string, { figures, breaches }: Finding): string {
  const shown = Object.entries(figures).map(([what, figure]) => `${what} ${figure}`)
  const verdict = breaches.length === 0 ? 'kept' : `BROKEN (${breaches.join('; ')})`
  return `${name}: ${verdict}: ${shown.join(', ')}`
}
