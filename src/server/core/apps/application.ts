import type { Agents } from '../agents/agents.js'
import type { CannedReplies } from '../agents/canned-replies.js'
import type { Auth } from '../auth/auth.js'
import type { Keys } from '../auth/keys.js'
import type { CoreContext } from '../context.js'
import type { Webhooks } from '../outbox/webhooks.js'
import type { Apps } from './apps.js'
import type { Plan, Step } from './plan.js'

/** One application of a plan. */
export interface Application {
  readonly context: CoreContext
  readonly parts: ProvisionParts
  readonly plan: Plan
  /** Nothing is done: `steps` says what would be. */
  readonly dryRun: boolean
  /** What was done so far. */
  readonly steps: Step[]
}

/** What knows how to make each thing of a plan. */
export interface ProvisionParts {
  apps: Apps
  keys: Keys
  agents: Agents
  auth: Auth
  cannedReplies: CannedReplies
  webhooks: Webhooks
}
