import type { DomainEvent } from '../../core/events.js'

/** A share of what nodes tell each other. */
export type Shard = number

/**
 * How many shares the apps are divided into. All nodes of an installation must have the same number, so it stands in the
 * names of streams and channels, and nodes that differ warn of each other. More would cost a node that serves every app
 * more keys in each read; with fewer, more of what a node hears would be of apps that it does not serve.
 */
export const appShards = 16

/** For what every node has to hear, whoever is connected to it. */
export const commonShard: Shard = 0

export const allShards: readonly Shard[] = Array.from({ length: appShards + 1 }, (_, shard) => shard)

/** Keys of apps are counted up, so that the remainder divides them evenly. */
export const shardOfApp = (appKey: number): Shard => 1 + (appKey % appShards)

/** What nodes without connections of the app act on, and who came and went: see who subscribes to the bus in the core. */
const forAll: ReadonlySet<DomainEvent['type']> = new Set([
  'presence.changed',
  'access.changed',
  'identities.changed',
  'outbox.changed',
  'outbox.written',
] as const)

const appKeyOf = (event: DomainEvent): number =>
  'conversation' in event ? event.conversation.appKey : event.appKey

export const shardOf = (event: DomainEvent): Shard =>
  forAll.has(event.type) ? commonShard : shardOfApp(appKeyOf(event))

/** Letters, digits and underscores only, so that it may be a part of any name. */
export const nameOfShard = (shard: Shard): string =>
  shard === commonShard ? 'common' : `${shard}_of_${appShards}`
