/** `met`: the first that is heard of a node that had spoken before. */
export type Heard = 'next' | 'known' | 'missed' | 'met'

/**
 * The numbers of what one node says in one shard: they tell what came twice, and what never came. What is missing before
 * something else is noticed with that; what is missing at the end, by what the node claims to have said.
 */
export class HeardNumbers {
  #last = 0
  /** Up to here everything was heard, or told as missed, or was said before anybody listened. Null: not known yet. */
  #settled: number | null = null
  #claimed = 0

  take(number: number): Heard {
    if (number <= this.#last) return 'known'
    const settled = this.#settled
    this.#last = number
    this.#settled = Math.max(settled ?? 0, number)
    if (settled === null) return number === 1 ? 'next' : 'met'
    return number <= settled + 1 ? 'next' : 'missed'
  }

  /**
   * The node says how many it has said so far. Gives whether some were missed that it had claimed the last time: what it
   * claims now may still be on its way.
   */
  claim(number: number): boolean {
    const missed = this.#settled !== null && this.#claimed > this.#settled
    if (missed) this.#settled = this.#claimed
    this.#settled ??= number
    this.#claimed = number
    return missed
  }
}
