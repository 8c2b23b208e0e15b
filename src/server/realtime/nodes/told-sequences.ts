/** Conversations of a shard whose sequences are remembered: 100 bytes each. */
const remembered = 20_000

/** All messages from `first` to `last` were told. `first` behind `last`: none was, a view alone said where to go on. */
interface Told {
  readonly first: number
  readonly last: number
}

/**
 * Where a message stands to those of its conversation that were told before. `ahead`: some are missing between; `late`:
 * it comes after later ones; `again`: it was told already; `first`: nothing is known.
 */
export type Standing = 'next' | 'ahead' | 'late' | 'again' | 'first'

/** The messages of each conversation that listeners here were told, as a run of sequences. */
export class ToldSequences {
  readonly #told = new Map<number, Told>()

  standing(conversationKey: number, sequence: number): Standing {
    const told = this.#told.get(conversationKey)
    if (told === undefined) return 'first'
    if (sequence > told.last) return sequence === told.last + 1 ? 'next' : 'ahead'
    if (sequence >= told.first) return 'again'
    // Nothing was told that it could come after.
    return told.first > told.last ? 'next' : 'late'
  }

  /** The last sequence that is known of, told or not. */
  last(conversationKey: number): number | undefined {
    return this.#told.get(conversationKey)?.last
  }

  tell(conversationKey: number, sequence: number): void {
    const told = this.#told.get(conversationKey)
    this.#remember(
      conversationKey,
      told === undefined ? { first: sequence, last: sequence } : extended(told, sequence),
    )
  }

  /** A view says which sequence was the last, if nothing is known. */
  view(conversationKey: number, last: number): void {
    if (!this.#told.has(conversationKey)) this.#remember(conversationKey, { first: last + 1, last })
  }

  #remember(conversationKey: number, told: Told): void {
    // Deleted first, so that the conversation that was quiet for longest stands first.
    this.#told.delete(conversationKey)
    this.#told.set(conversationKey, told)
    if (this.#told.size <= remembered) return
    const [oldest = conversationKey] = this.#told.keys()
    this.#told.delete(oldest)
  }
}

/** Of messages that skip some the run begins anew: what was skipped was not told. */
function extended({ first, last }: Told, sequence: number): Told {
  if (sequence > last) return { first: sequence === last + 1 ? first : sequence, last: sequence }
  return sequence === first - 1 ? { first: sequence, last } : { first, last }
}
