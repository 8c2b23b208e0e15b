import { z } from 'zod'
import type { Plan } from '../../server/core/apps/plan.js'
import { issueMessage } from '../../server/core/issue-message.js'
import { CommandError } from '../errors.js'
import { appSettingsSchema, coreSettings } from './app-settings.js'
import { botChange, botKeys, botSchema } from './bot-settings.js'
import { faultsOf } from './faults.js'
import { plannedWebhook } from './webhooks.js'
import { parseYaml } from './yaml.js'

const key = (prefix: string) =>
  z
    .string()
    .regex(
      new RegExp(`^${prefix}[\\w-]{24,200}$`),
      `must be ${prefix} and at least 24 letters, digits, - or _`,
    )

const plannedApp = z.strictObject({
  id: z
    .string()
    .regex(/^app_\w{1,56}$/, 'must be app_ and letters, digits or _')
    .optional(),
  name: z.string().min(1).max(200),
  publishable_key: key('pk_').optional(),
  secret_key: key('sk_').optional(),
  identity_secret: z.string().min(16, 'must have at least 16 characters').optional(),
  settings: appSettingsSchema.optional(),
  bot: botSchema.nullable().optional(),
  canned_replies: z
    .array(z.strictObject({ name: z.string().min(1).max(64), text: z.string().min(1).max(5_000) }))
    .optional(),
  webhooks: z.array(plannedWebhook).optional(),
})

const plannedAgent = z.strictObject({
  email: z.email(),
  name: z.string().min(1).max(200),
  password: z.string().min(8, 'must have at least 8 characters').optional(),
  token: key('rhq_').optional(),
  apps: z.record(z.string(), z.enum(['owner', 'admin', 'agent', 'viewer'])).default({}),
})

const planFile = z.strictObject({
  apps: z.array(plannedApp).default([]),
  agents: z.array(plannedAgent).default([]),
})

const shapes = [planFile, plannedApp, plannedAgent, plannedWebhook, appSettingsSchema]
const knownKeys = [...shapes.flatMap(({ shape }) => Object.keys(shape)), ...botKeys]

/**
 * Reads an installation written as YAML or JSON; files that it names are looked for in `folder`. Throws
 * CommandError with every fault.
 */
export function parsePlan(text: string, folder: string): Plan {
  const parsed = planFile.safeParse(parseYaml(text) ?? {}, { error: issueMessage })
  if (!parsed.success) throw new CommandError('usage', faultsOf(parsed.error, knownKeys).join('\n'))
  const { apps, agents } = parsed.data
  return { apps: apps.map((app) => appOf(app, folder)), agents }
}

function appOf(app: z.output<typeof plannedApp>, folder: string): Plan['apps'][number] {
  return {
    id: app.id,
    name: app.name,
    publishableKey: app.publishable_key,
    secretKey: app.secret_key,
    identitySecret: app.identity_secret,
    settings: app.settings && coreSettings(app.settings),
    bot: app.bot && botChange(app.bot, folder),
    cannedReplies: app.canned_replies,
    webhooks: app.webhooks,
  }
}
