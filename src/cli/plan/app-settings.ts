import { z } from 'zod'
import { issueMessage } from '../../server/core/issue-message.js'
import type { AppSettings } from '../../server/core/model.js'
import { CommandError } from '../errors.js'
import { faultsOf } from './faults.js'

/** Settings of an app as text names them. */
export const appSettingsSchema = z.strictObject({
  require_identity: z.boolean().optional(),
  routing: z.enum(['manual', 'round_robin', 'least_busy']).optional(),
  reopen_window_days: z.int().min(0).max(3_650).optional(),
  agent_grace_seconds: z.int().min(0).max(86_400).optional(),
  bot_suspension_minutes: z.int().min(0).max(525_600).optional(),
  customer_priorities: z.record(z.string(), z.enum(['high', 'normal', 'low'])).optional(),
})

/** The core's names for the same; what is not given is left alone. */
export function coreSettings(settings: z.output<typeof appSettingsSchema>): Partial<AppSettings> {
  const named: Partial<AppSettings> = {
    requireIdentity: settings.require_identity,
    routing: settings.routing,
    reopenWindowDays: settings.reopen_window_days,
    agentGraceSeconds: settings.agent_grace_seconds,
    botSuspensionMinutes: settings.bot_suspension_minutes,
    customerPriorities: settings.customer_priorities,
  }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
}

/** Reads settings that somebody typed. */
export function parseAppSettings(input: unknown): Partial<AppSettings> {
  const parsed = appSettingsSchema.safeParse(input, { error: issueMessage })
  if (parsed.success) return coreSettings(parsed.data)
  throw new CommandError('usage', faultsOf(parsed.error, Object.keys(appSettingsSchema.shape)).join('\n'))
}
