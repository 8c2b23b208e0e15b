import type { CoreContext } from './context.js'

export interface Health {
  /** `degraded`: what is missing can be done without for a while. */
  status: 'ok' | 'degraded' | 'down'
  services: { database: ServiceState; redis: ServiceState; bot: ServiceState }
  at: number
}

export type ServiceState = 'up' | 'down' | 'unused'

/** Whether everything that the instance stands on answers. */
export const createHealth = (context: CoreContext) => async (): Promise<Health> => {
  const database: ServiceState = (await context.store.healthy()) ? 'up' : 'down'
  const bot: ServiceState = context.chatModel === null ? 'unused' : 'up'
  const redis = context.redis()
  const status = database !== 'up' ? 'down' : redis === 'down' ? 'degraded' : 'ok'
  return { status, services: { database, redis, bot }, at: context.clock.now() }
}
