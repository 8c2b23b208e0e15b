import { type Heard, HeardNumbers } from './heard-numbers.js'
import type { Shard } from './shards.js'

/** What is known of the numbers and the life of one other node. */
interface Peer {
  readonly shards: Map<Shard, HeardNumbers>
  heardAt: number
  /** When it is forgotten because it said that it stops. */
  leavesAt: number | null
}

/** The other nodes. A node that is silent for `silenceMs` is dead. */
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

  /** Those that neither said that they stop nor were taken out. */
  get staying(): string[] {
    return [...this.#peers].filter(([, { leavesAt }]) => leavesAt === null).map(([node]) => node)
  }

  /** Sorts in what a node sent. */
  hear(node: string, shard: Shard, number: number, now: number): Heard {
    let peer = this.#peers.get(node)
    if (peer === undefined) {
      peer = { shards: new Map(), heardAt: now, leavesAt: null }
      this.#peers.set(node, peer)
    }
    peer.heardAt = now
    return numbersOf(peer, shard).take(number)
  }

  /** A node says how much it has sent to a shard; gives whether some of it was missed. */
  claim(node: string, shard: Shard, number: number): boolean {
    const peer = this.#peers.get(node)
    return peer !== undefined && numbersOf(peer, shard).claim(number)
  }

  /** What was heard in a shard is no measure for what will be: it was not listened to for a while. */
  forget(shard: Shard): void {
    for (const { shards } of this.#peers.values()) shards.delete(shard)
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

function numbersOf({ shards }: Peer, shard: Shard): HeardNumbers {
  const known = shards.get(shard)
  if (known !== undefined) return known
  const numbers = new HeardNumbers()
  shards.set(shard, numbers)
  return numbers
}
