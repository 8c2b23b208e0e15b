import { seeded } from './chance.js'
import type { Costs } from './costs.js'
import { type Habits, pingIntervals } from './habits.js'
import type { Placement } from './placement.js'

/** What one node does. Loads are shares of its event loop: 1 is all that it has. */
export interface NodeLoad {
  readonly connections: number
  readonly bytes: number
  readonly messages: number
  readonly heard: number
  readonly fanOut: number
  readonly pings: number
  readonly all: number
}

export interface Flow {
  readonly nodes: readonly NodeLoad[]
  /** Of the whole installation. */
  readonly redis: { readonly bytesIn: number; readonly bytesOut: number; readonly cores: number }
  /** Bytes a second into and out of the shard with the most. */
  readonly busiestShard: number
  readonly postgres: {
    readonly cores: number
    /** Bytes in a second: of the log that is synced, and of what stays. */
    readonly log: number
    readonly stored: number
  }
}

/** Counts for each node, and for each shard what travels over it. */
class Tally {
  readonly connections: Float64Array
  readonly events: Float64Array
  readonly recipients: Float64Array
  readonly shards = new Map<number, { events: number; people: number; readonly followers: Set<number> }>()

  constructor(nodes: number) {
    this.connections = new Float64Array(nodes)
    this.events = new Float64Array(nodes)
    this.recipients = new Float64Array(nodes)
  }

  shard(number: number) {
    const known = this.shards.get(number) ?? { events: 0, people: 0, followers: new Set<number>() }
    this.shards.set(number, known)
    return known
  }
}

export interface Scene {
  readonly name: string
  readonly sizes: readonly number[]
  readonly nodes: number
  readonly placement: Placement
  readonly costs: Costs
  readonly habits: Habits
}

/** Lets all apps write for a second, and sums up what each node, Redis and Postgres have to do. */
export function flowOf(scene: Scene): Flow {
  const tally = tallied(scene)
  const nodes = Array.from({ length: scene.nodes }, (_, node) => loadOf(node, tally, scene))
  const { costs, habits } = scene
  const shards = [...tally.shards.values()]
  const messages = sum(scene.sizes) * habits.messagesEach
  const into = sum(shards.map(({ events }) => events))
  const out = sum(shards.map(({ events, followers }) => events * followers.size))
  return {
    nodes,
    redis: {
      bytesIn: into * costs.eventBytes,
      bytesOut: out * costs.eventBytes,
      cores: into * costs.redisIn + out * costs.redisOut,
    },
    busiestShard: Math.max(
      ...shards.map(({ events, followers }) => events * (1 + followers.size) * costs.eventBytes),
    ),
    postgres: {
      cores: messages * costs.messageInPostgres,
      log: messages * costs.logBytes,
      stored: messages * costs.storedBytes,
    },
  }
}

/** Agents at work in an app of this size. */
export const agentsOf = (size: number, { visitorsEachAgent }: Habits): number =>
  Math.max(1, Math.ceil(size / visitorsEachAgent))

function tallied({ sizes, nodes, placement, habits }: Scene): Tally {
  const tally = new Tally(nodes)
  const chance = seeded(1)
  const living = Array.from({ length: nodes }, (_, node) => node)
  for (const [app, size] of sizes.entries()) {
    const placed = placement.of(app, size, living)
    const on = size < placed.nodes.length ? some(placed.nodes, size, chance) : placed.nodes
    const shard = tally.shard(placed.shard)
    const messages = size * habits.messagesEach
    const agents = agentsOf(size, habits)
    const reached = Math.min(agents, habits.agentsReached)
    shard.events += messages * habits.eventsEachMessage
    shard.people += size
    for (const node of on) {
      shard.followers.add(node)
      add(tally.connections, node, (size + agents) / on.length)
      add(tally.events, node, (messages * habits.eventsEachMessage) / on.length)
      add(tally.recipients, node, (messages * (reached + 1)) / on.length)
    }
  }
  return tally
}

function loadOf(node: number, tally: Tally, { costs, habits }: Scene): NodeLoad {
  const connections = tally.connections[node] ?? 0
  const own = tally.events[node] ?? 0
  const followed = [...tally.shards.values()].filter(({ followers }) => followers.has(node))
  const loads = {
    messages: (own / habits.eventsEachMessage) * costs.message,
    heard: (sum(followed.map(({ events }) => events)) - own) * costs.heardEvent,
    fanOut: (tally.recipients[node] ?? 0) * costs.recipient,
    pings: connections * pingCost(costs),
  }
  const people = sum(followed.map((shard) => shard.people))
  return {
    ...loads,
    connections,
    bytes: connections * costs.idleConnectionBytes + people * costs.presenceBytes,
    all: loads.messages + loads.heard + loads.fanOut + loads.pings,
  }
}

/** Seconds of CPU in a second for one connection that only lives. */
const pingCost = ({ socketPing, clientPing }: Costs) =>
  socketPing / pingIntervals.socket + clientPing / pingIntervals.client

/** `count` different ones of them. */
function some(nodes: readonly number[], count: number, chance: () => number): number[] {
  const left = [...nodes]
  return Array.from({ length: count }, () => {
    const [taken = 0] = left.splice(Math.floor(chance() * left.length), 1)
    return taken
  })
}

export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

function add(to: Float64Array, index: number, value: number): void {
  to[index] = (to[index] ?? 0) + value
}
