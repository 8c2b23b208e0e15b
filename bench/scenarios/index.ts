import { planScenario } from '../scale-plan/index.js'
import type { Scenario } from '../scenario.js'
import { deliveriesScenario } from './deliveries.js'
import { memoryScenarios } from './memory.js'
import { messageScenarios } from './messages.js'
import { nodesScenario } from './nodes/index.js'
import { partsScenario } from './parts.js'
import { restScenario } from './rest.js'
import { scaleScenario } from './scale.js'

/** Every scenario, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  ...messageScenarios,
  nodesScenario,
  restScenario,
  deliveriesScenario,
  ...memoryScenarios,
  scaleScenario,
  partsScenario,
  planScenario,
]
