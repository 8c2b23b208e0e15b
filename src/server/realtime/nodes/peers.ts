/** What is known of the numbers and the life of one other node. */
interface Peer {
  number: number
  heardAt: number
  /** When it is forgotten because it said that it stops. */
  leavesAt: number | null
}

/** `met`: a node that was there before we heard of it. */
export type Heard = 'next' | 'known' | 'missed' | 'met'

/**
 * The other nodes. Each numbers what it sends: the numbers tell what came twice, and what never came. A node that is
 * silent for `silenceMs` is dead.
 */
export class Peers {
  readonly #peers = new Map<string, Peer>()
  readonly #silenceMs: number

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs
  }

  /** Those that can be counted on: neither about to leave nor silent for two thirds of what makes them dead. */
  living(now: number): string[] {
    const lively = [...this.#peers].filter(
      ([, { heardAt, leavesAt }]) => leavesAt === null && now - heardAt <= (this.#silenceMs * 2) / 3,
    )
    return lively.map(([node]) => node)
  }

  /** Sorts in what a node sent. */
  hear(node: string, number: number, now: number): Heard {
    const peer = this.#peers.get(node)
    if (peer === undefined) {
      this.#peers.set(node, { number, heardAt: now, leavesAt: null })
      return number === 1 ? 'next' : 'met'
    }
    peer.heardAt = now
    if (number <= peer.number) return 'known'
    const expected = peer.number + 1
    peer.number = number
    return number === expected ? 'next' : 'missed'
  }

  knows(node: string): boolean {
    return this.#peers.has(node)
  }

  leaves(node: string, at: number): void {
    const peer = this.#peers.get(node)
    if (peer !== undefined) peer.leavesAt = at
  }

  /** Nobody could be heard for a while: everybody gets the whole time again. */
  forgive(now: number): void {
    for (const peer of this.#peers.values()) peer.heardAt = now
  }

  /** Takes out those that are gone, and gives their names. */
  takeGone(now: number): string[] {
    const gone = [...this.#peers].filter(
      ([, { heardAt, leavesAt }]) =>
        now - heardAt > this.#silenceMs || (leavesAt !== null && now >= leavesAt),
    )
    for (const [node] of gone) this.#peers.delete(node)
    return gone.map(([node]) => node)
  }
}
