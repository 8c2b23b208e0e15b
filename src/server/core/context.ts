import type { BotLimits } from './bot/limits.js'
import type { ChatModel, ToolCaller } from './ports/chat-model.js'
import type { HostTokens } from './ports/host-tokens.js'
import type { AccessTokens, Bus, Clock, FileStorage, Limits, Passwords, Presence, Store } from './ports.js'

/** What every capability of the core stands on; made once in the composition root. */
export interface CoreContext {
  store: Store
  bus: Bus
  clock: Clock
  presence: Presence
  files: FileStorage
  passwords: Passwords
  accessTokens: AccessTokens
  hostTokens: HostTokens
  limits: Limits
  /** Null: bots have nothing to think with, and there are none. */
  chatModel: ChatModel | null
  toolCaller: ToolCaller
  bot: BotLimits
  /** Nobody is asked who they are on protocols that know it so: only while the server listens on loopback. */
  anonymous: boolean
  /** Signs links to attachments. */
  linkSecret: string
  /** Of the host application's server; null: there is no internal API. */
  internalApiSecret: string | null
  /** Keys the hashes of refresh tokens: a new secret ends all sessions. */
  refreshSecret: string
  /** Told of a failure that has no caller to answer to. */
  report(error: unknown, doing: string): void
}
