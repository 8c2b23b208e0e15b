import type { DomainEvent } from '../../src/server/core/events.js'

/** What the measurement asks of a node. */
export type NodeCommand = { do: 'publish'; event: DomainEvent; times: number } | { do: 'tell' }

/** What a node tells: processor time since it began, events of others that it heard, other nodes that it knows. */
export interface NodeState {
  readonly cpuMicroseconds: number
  readonly heard: number
  readonly others: number
}
