import type { BotChange } from '../bot/changes.js'
import type { AppSettings, Role } from '../model.js'
import type { PlannedWebhook } from '../outbox/planned-webhooks.js'

/** An installation as text. What it does not name is left alone; applying it again changes nothing. */
export interface Plan {
  apps: PlannedApp[]
  agents: PlannedAgent[]
}

export interface PlannedApp {
  id?: string
  name: string
  publishableKey?: string
  secretKey?: string
  identitySecret?: string
  settings?: Partial<Omit<AppSettings, 'bot'>>
  /** Null takes the bot away. */
  bot?: BotChange | null
  cannedReplies?: { name: string; text: string }[]
  webhooks?: PlannedWebhook[]
}

export interface PlannedAgent {
  email: string
  name: string
  password?: string
  token?: string
  /** Role by app id or app name. */
  apps: Record<string, Role>
}

/** One thing that would be, or was, done. `shown` holds what is shown once: keys and passwords that were made. */
export interface Step {
  action: 'create' | 'update'
  kind:
    | 'app'
    | 'key'
    | 'settings'
    | 'canned_reply'
    | 'webhook'
    | 'agent'
    | 'membership'
    | 'token'
    | 'password'
  target: string
  shown?: Record<string, string>
}
