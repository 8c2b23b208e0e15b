import type { Scenario } from '../scenario.js'
import { costInputs } from './costs.js'
import { habitInputs, machineInputs } from './habits.js'
import { scenesFor } from './scenes.js'
import { renderInputs, renderPlan } from './table.js'

const installations = [100_000, 1_000_000, 10_000_000]

/**
 * Reckons what each node, Redis and Postgres would have to do with far more connections than were ever tried, from what
 * parts cost (costs.ts, measured) and what people do (habits.ts, assumed). The same seed, the same table.
 */
export const planScenario: Scenario = {
  name: 'plan',
  goals: [],
  onlyByName: true,
  async run(_extent, tell) {
    tell(renderInputs({ ...costInputs, ...habitInputs, ...machineInputs }))
    for (const visitors of installations) tell(planFor(visitors))
    return []
  },
}

function planFor(visitors: number): string {
  const scenes = scenesFor(visitors)
  const [{ sizes, nodes } = { sizes: [], nodes: 0 }] = scenes
  const [people, apps, largest] = [visitors, sizes.length, sizes[0] ?? 0].map((n) => n.toLocaleString('en'))
  return `${people} visitors, ${apps} apps, the largest with ${largest}; ${nodes} nodes\n${renderPlan(scenes)}`
}
