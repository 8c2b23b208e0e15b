import { seeded } from './chance.js'
import { agentsOf, type Flow, type Scene, sum } from './flow.js'
import { machines } from './habits.js'
import { type Aftermath, type Patience, weather } from './storm.js'

/** The defaults of src/client: waits between attempts, and how long one may take. */
const patience: Patience = { backoff: { first: 500, longest: 15_000 }, timeout: 10_000 }

/** Half of what a client waits for an answer. */
export const limitedWait = 5

/**
 * Kills the first `lost` nodes and lets everybody who was on them come back; `longestWait` is the limit on admissions, in
 * seconds.
 */
export function loseNodes(scene: Scene, flow: Flow, lost: number, longestWait: number): Aftermath {
  const admission = admissionCost(scene)
  const free = ({ all }: { all: number }) => Math.max(0, 1 - all)
  const postgres = primariesFor(flow) * machines.coresEachPrimary - flow.postgres.cores
  return weather({
    towards: Int32Array.from(survivorsOf(scene, lost)),
    admissionsOf: flow.nodes.map((node, index) => (index < lost ? 0 : free(node) / admission)),
    admissionsInAll: postgres / scene.costs.admissionInPostgres,
    longestWait,
    patience,
    chance: seeded(2),
  })
}

/** For a visitor as most are: of a large app, where more agents hear that somebody is there. */
function admissionCost({ sizes, costs, habits }: Scene): number {
  const told = sizes.map((size) => size * Math.min(agentsOf(size, habits), habits.agentsReached))
  return costs.admission + (sum(told) / sum(sizes)) * costs.recipient
}

/** How many primaries bear the messages with half of each left for what comes besides. */
export const primariesFor = ({ postgres }: Flow): number =>
  Math.max(1, Math.ceil(postgres.cores / (machines.coresEachPrimary / 2)))

/** For each client of a lost node, the one that takes it. */
function* survivorsOf({ sizes, nodes, placement }: Scene, lost: number): Generator<number> {
  const chance = seeded(3)
  const before = Array.from({ length: nodes }, (_, node) => node)
  const after = before.slice(lost)
  // All before, then all after: a placement remembers what it chose among the same nodes.
  const cut = sizes.map((size, app) => {
    const { nodes: on } = placement.of(app, size, before)
    return binomial(size, on.filter((node) => node < lost).length / on.length, chance)
  })
  for (const [app, size] of sizes.entries()) {
    const { nodes: to } = placement.of(app, size, after)
    for (let client = 0; client < (cut[app] ?? 0); client += 1)
      yield to[Math.floor(chance() * to.length)] ?? lost
  }
}

/** How many of `size` are hit when each is with the same chance; the part below one is left to chance. */
function binomial(size: number, share: number, chance: () => number): number {
  const expected = size * share
  return Math.floor(expected) + (chance() < expected % 1 ? 1 : 0)
}
