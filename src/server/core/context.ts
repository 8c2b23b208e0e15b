import type { BotLimits } from './bot/limits.js'
import type { ServiceState } from './health.js'
import type { OutboxLimits } from './outbox/limits.js'
import type { ChatModel, ToolCaller } from './ports/chat-model.js'
import type { FanOuts } from './ports/fan-outs.js'
import type { HostTokens } from './ports/host-tokens.js'
import type { Measure } from './ports/measure.js'
import type { Question } from './ports/nodes.js'
import type { PushSender } from './ports/push-sender.js'
import type { Tracing } from './ports/tracing.js'
import type { WebhookSender } from './ports/webhook-sender.js'
import type { AccessTokens, Bus, Clock, FileStorage, Limits, Passwords, Presence, Store } from './ports.js'

/** What every capability of the core stands on; made once in the composition root. */
export interface CoreContext {
  store: Store
  bus: Bus
  clock: Clock
  presence: Presence
  /** Whether Redis answers, where it is used. */
  redis(): ServiceState
  /** What each node knows for itself alone. */
  question: Question
  /** Null for a command beside the server: only a node knows what it told its connections. */
  fanOuts: FanOuts | null
  files: FileStorage
  passwords: Passwords
  accessTokens: AccessTokens
  hostTokens: HostTokens
  limits: Limits
  /** Null: bots have nothing to think with, and there are none. */
  chatModel: ChatModel | null
  toolCaller: ToolCaller
  bot: BotLimits
  webhookSender: WebhookSender
  outbox: OutboxLimits
  pushSender: PushSender
  /** The address by which the world reaches this server, without a slash at its end; empty when it is not known. */
  publicUrl: string
  /** Nobody is asked who they are on protocols that know it so: only while the server listens on loopback. */
  anonymous: boolean
  /** Signs links to attachments. */
  linkSecret: string
  /** Of the host application's server; null: there is no internal API. */
  internalApiSecret: string | null
  /** Keys the hashes of refresh tokens: a new secret ends all sessions. */
  refreshSecret: string
  measure: Measure
  /** Null: nobody follows traces. */
  tracing: Tracing | null
  /** Told of a failure that has no caller to answer to. */
  report(error: unknown, doing: string): void
}
