import type { Shard } from './shards.js'

/** A text on its way to all nodes that hear its shard. */
export interface Parcel {
  readonly shard: Shard
  readonly text: string
}

/**
 * A way between nodes: Redis or Postgres. It keeps the order of what one node sends to one shard, and may lose or double
 * it: the exchange above numbers what it sends, and finds out.
 */
export interface Carrier extends AsyncDisposable {
  /** Whether what is sent now is likely to arrive, and what others send to be heard. */
  readonly connected: boolean
  /**
   * Resolves when all of them were taken, in their order; rejects when that is not certain. Called again only after it
   * has settled.
   */
  send(parcels: readonly Parcel[]): Promise<void>
  /**
   * Resolves when everything is heard that is sent to the shard from now on: while the carrier is away that is after it
   * is back. Never rejects.
   */
  follow(shard: Shard): Promise<void>
  unfollow(shard: Shard): void
}

/** What a carrier tells whoever opened it. */
export interface CarrierListener {
  /** What any node sent to a shard that is followed, this node too. */
  received(text: string): void
  /** The connection is there again after it was lost, or for the first time; all that is followed is heard again. */
  connected(): void
  report(error: unknown, doing: string): void
}

/** Opens a carrier; resolves when it hears everything that is sent to the common shard from now on. */
export type OpenCarrier = (listener: CarrierListener) => Promise<Carrier>
