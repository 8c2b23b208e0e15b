import { hashOf } from './chance.js'

/** Where the visitors and agents of an app are, and over which shard its events travel. */
export interface Placed {
  readonly shard: number
  readonly nodes: readonly number[]
}

/** Gives the place of an app among the nodes that live. */
export interface Placement {
  of(app: number, size: number, living: readonly number[]): Placed
}

/** An app that has more gets a shard of its own, and a node for each so many. */
const LARGE = 20_000
/** Shards of large apps are numbered from here. */
const OWN_SHARDS = 1_000_000

/** The proxy takes whichever node has the fewest: every app is everywhere. */
export const anyNode = (shards: number): Placement => ({
  of: (app, _size, living) => ({ shard: hashOf(app, 0) % shards, nodes: living }),
})

/** The proxy hashes the app. Neighbours on a node have nothing to do with neighbours in a shard. */
export const byApp = (shards: number, copies: number): Placement => {
  const chosen = remembered()
  return {
    of: (app, _size, living) => ({
      shard: hashOf(app, 0) % shards,
      nodes: chosen(app, copies, living),
    }),
  }
}

/** The proxy hashes the shard of the app. Large apps have one of their own, on as many nodes as they need. */
export const byShard = (shards: number, copies: number): Placement => {
  const chosen = remembered()
  return {
    of(app, size, living) {
      const shard = size > LARGE ? OWN_SHARDS + app : hashOf(app, 0) % shards
      return { shard, nodes: chosen(shard, Math.max(copies, Math.ceil(size / LARGE)), living) }
    },
  }
}

/**
 * The nodes with the highest hash for the key (rendezvous hashing): when one fails, only what was on it moves, and
 * nodes are filled more evenly than by points on a ring.
 */
function highest(key: number, count: number, nodes: readonly number[]): number[] {
  const best: { node: number; weight: number }[] = []
  for (const node of nodes) {
    const weight = hashOf(key, node)
    const last = best[count - 1]
    if (last !== undefined && last.weight >= weight) continue
    const place = best.findIndex((one) => one.weight < weight)
    best.splice(place < 0 ? best.length : place, 0, { node, weight })
    best.length = Math.min(best.length, count)
  }
  return best.map(({ node }) => node)
}

/** Ranks the nodes for a key once, as long as the same nodes live. */
function remembered() {
  let among: readonly number[] = []
  const known = new Map<number, readonly number[]>()
  return (key: number, count: number, living: readonly number[]): readonly number[] => {
    if (living !== among) known.clear()
    among = living
    const nodes = known.get(key) ?? highest(key, count, living)
    known.set(key, nodes)
    return nodes
  }
}
