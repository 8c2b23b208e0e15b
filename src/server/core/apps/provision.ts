import type { CoreContext } from '../context.js'
import type { Application, ProvisionParts } from './application.js'
import type { Plan, Step } from './plan.js'
import { PlannedAgents } from './planned-agents.js'
import { PlannedApps } from './planned-apps.js'

/** Brings the instance to a plan and gives what was done. With `dryRun` it only says what it would do. */
export const createProvision =
  (context: CoreContext, parts: ProvisionParts) =>
  async (plan: Plan, dryRun: boolean): Promise<Step[]> => {
    const application: Application = { context, parts, plan, dryRun, steps: [] }
    const apps = new PlannedApps(application)
    const agents = new PlannedAgents(application)
    for (const app of plan.apps) await apps.apply(app)
    for (const agent of plan.agents) await agents.apply(agent)
    return application.steps
  }
