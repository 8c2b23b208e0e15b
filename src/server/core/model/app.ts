import type { BotSettings } from '../bot/settings.js'
import type { Priority } from './queue.js'

export interface AppSettings {
  requireIdentity: boolean
  routing: 'manual' | 'round_robin' | 'least_busy'
  reopenWindowDays: number
  agentGraceSeconds: number
  botSuspensionMinutes: number
  /** How urgent a conversation is by `customerType` in its metadata. */
  customerPriorities: Record<string, Priority>
  /** Null: the app has no bot. */
  bot: BotSettings | null
}

export interface App {
  key: number
  id: string
  name: string
  identitySecret: string
  settings: Partial<AppSettings>
  createdAt: number
}

export type KeyKind = 'publishable' | 'secret'
export type KeyScope = 'read' | 'write' | 'admin'

export interface ApiKey {
  key: number
  id: string
  appKey: number
  kind: KeyKind
  prefix: string
  hash: string
  name: string | null
  scopes: KeyScope[]
  createdAt: number
  lastUsedAt: number | null
  expiresAt: number | null
  revokedAt: number | null
}
