import type { CoreContext } from '../context.js'
import type { Principal } from '../principal.js'

/**
 * Whether a credential still opens what it opened when somebody came with it: for whoever may have missed the event
 * that ended it. `credential` is the id of the API key, where the principal came with one.
 */
export async function stillOpens(
  { store, clock }: CoreContext,
  principal: Principal,
  credential: string | number,
): Promise<boolean> {
  const { read } = store
  const { app } = principal
  if (principal.type === 'agent') {
    const [agent, membership] = await Promise.all([
      read.agents.byKey(principal.agent.key),
      read.agents.membership(app.key, principal.agent.key),
    ])
    return agent?.disabledAt === null && membership?.role === principal.role
  }
  if (principal.type !== 'visitor' && principal.type !== 'server') return true
  const key = await read.apiKeys.byId(app.key, String(credential))
  // Who came without a key has none that could have ended.
  if (key === undefined) return true
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > clock.now())
}
