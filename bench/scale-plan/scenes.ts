import { appSizes } from './apps.js'
import { costs } from './costs.js'
import type { Scene } from './flow.js'
import { habits, machines } from './habits.js'
import { anyNode, byApp, byShard, type Placement } from './placement.js'

/** As it is built, and what the plan changes: one thing more in each. */
export function scenesFor(visitors: number): Scene[] {
  const apps = Math.ceil(visitors / habits.visitorsEachApp)
  const sizes = appSizes(visitors, apps, habits.skew)
  const nodes = Math.max(machines.fewestNodes, Math.ceil(visitors / machines.connectionsEachNode))
  const scene = (name: string, placement: Placement, agentsReached: number): Scene => ({
    name,
    sizes,
    nodes,
    placement,
    costs,
    habits: { ...habits, agentsReached },
  })
  return [
    scene('as it is: any node, 16 shards', anyNode(16), Number.POSITIVE_INFINITY),
    scene('an app on 4 nodes, 16 shards', byApp(16, 4), Number.POSITIVE_INFINITY),
    scene('a shard on 4 nodes, 4,096 shards', byShard(4_096, 4), Number.POSITIVE_INFINITY),
    scene('… and 3 agents hear of a message', byShard(4_096, 4), 3),
  ]
}
