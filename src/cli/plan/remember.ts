import { type Config, readLocalConnection, writeLocalConnection } from '../../config.js'
import type { Plan, Step } from '../../server/core/apps/plan.js'

/** Lets `replyhq chat` on this machine find the first app of a plan, unless it knows one already. */
export function rememberApplied(config: Config, plan: Plan, steps: readonly Step[]): void {
  const known = readLocalConnection(config.data)
  const [app] = plan.apps
  if (app === undefined || known?.publishableKey) return
  const made = steps.find(({ shown }) => shown?.publishable_key !== undefined)?.shown?.publishable_key
  const created = steps.find(({ kind }) => kind === 'app')?.target
  const publishableKey = app.publishableKey ?? made
  if (publishableKey === undefined) return
  const owner = plan.agents.find(({ apps }) => Object.values(apps).includes('owner'))
  writeLocalConnection(config.data, {
    url: known?.url ?? null,
    appId: app.id ?? created ?? null,
    publishableKey,
    ownerEmail: owner?.email ?? null,
  })
}
