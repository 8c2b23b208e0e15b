import { join } from 'node:path'
import type { Config, InstanceSecrets } from '../config.js'
import type { Loggers } from '../logger.js'
import { jwtAccessTokens } from './adapters/access-tokens.js'
import { systemClock } from './adapters/clock.js'
import { diskFiles } from './adapters/files.js'
import { hostTokens } from './adapters/host-tokens.js'
import { httpTools } from './adapters/http-tools.js'
import { argon2Passwords } from './adapters/passwords.js'
import type { BotLimits } from './core/bot/limits.js'
import type { CoreContext } from './core/context.js'
import { type Core, createCore } from './core/index.js'
import type { ChatModel, ToolCaller } from './core/ports/chat-model.js'
import type { Clock, Limits } from './core/ports.js'
import { createMemoryBus } from './realtime/memory-bus.js'
import { createMemoryPresence } from './realtime/memory-presence.js'
import { openStore } from './store/index.js'

/** How long somebody stays online after the last connection: a reload is no coming and going. */
const presenceLingerMs = 5_000

/** An opened installation: its store and its core, with nobody listening. */
export interface Instance extends AsyncDisposable {
  config: Config
  core: Core
  context: CoreContext
}

/** What a test may put in place of the parts that an instance is made of. */
export type Overrides = Partial<Omit<CoreContext, 'limits' | 'bot' | 'report'>>

/** How a server holds its database, other than a command beside it. */
export interface Holding {
  /** Keeps a second server off a SQLite file. */
  exclusive: boolean
  /** Told once that nothing can be written any more: the process must end and start again. */
  broken(error: Error): void
}

/**
 * Opens the database named by the configuration and builds the core on it, top down. The database must be
 * migrated already. Throws AppError `unavailable` with a sentence when it cannot be opened.
 */
export async function openInstance(
  config: Config,
  secrets: InstanceSecrets,
  loggers: Loggers,
  overrides: Overrides = {},
  holding?: Holding,
): Promise<Instance> {
  const report = (error: unknown, doing: string) => loggers.core.error({ err: error }, `failed: ${doing}`)
  const clock = overrides.clock ?? systemClock
  const hookFailed = (error: unknown) => report(error, 'telling of a commit')
  const { databaseUrl, data: dataFolder } = config
  const store = overrides.store ?? (await openStore({ databaseUrl, dataFolder, hookFailed, ...holding }))
  const context: CoreContext = {
    store,
    clock,
    bus: createMemoryBus(report),
    presence: createMemoryPresence(clock, presenceLingerMs),
    files: diskFiles(join(config.data, 'uploads')),
    passwords: argon2Passwords(),
    accessTokens: jwtAccessTokens(secrets.jwtAccessSecret, config.tokens.accessLifetime),
    hostTokens: hostTokens({
      secrets: secrets.authJwtSecret ?? [],
      jwksUrl: config.authJwksUrl ?? null,
      report,
    }),
    internalApiSecret: secrets.internalApiSecret ?? null,
    anonymous: config.allowAnonymous,
    linkSecret: secrets.linkSecret,
    refreshSecret: secrets.jwtRefreshSecret,
    chatModel: await modelOf(config, secrets),
    toolCaller: toolCallerOf(config, clock),
    ...overrides,
    limits: limitsOf(config),
    bot: botLimitsOf(config),
    report,
  }
  return {
    config,
    context,
    core: createCore(context),
    [Symbol.asyncDispose]: () => store.close(),
  }
}

const limitsOf = ({ limits, sockets, tokens }: Config): Limits => ({
  bodyCodePoints: limits.messageLength,
  metadataBytes: limits.metadataBytes,
  attachmentsPerMessage: limits.attachmentsPerMessage,
  attachmentBytes: limits.attachmentBytes,
  pageSize: limits.pageSize,
  pageSizeMaximum: limits.maximumPageSize,
  changeBound: limits.changes,
  loginAttempts: limits.failedLogins,
  loginWindowMs: limits.failedLoginsWindow,
  refreshTokenMs: tokens.refreshLifetime,
  typingMs: sockets.typingTimeout,
  receiptCoalesceMs: sockets.receiptsWindow,
})

/** Without a key there is no model, and without a model there are no bots; its library is not even loaded. */
async function modelOf({ openai }: Config, { openaiApiKey }: InstanceSecrets): Promise<ChatModel | null> {
  if (openaiApiKey === undefined) return null
  const { openAiModel } = await import('./adapters/openai.js')
  return openAiModel({ apiKey: openaiApiKey, baseUrl: openai.baseUrl ?? null })
}

const toolCallerOf = ({ bot, outbound }: Config, clock: Clock): ToolCaller =>
  httpTools({ clock, privateNetworks: outbound.privateNetworks, timeoutMs: bot.toolTimeout })

const botLimitsOf = ({ bot, openai }: Config): BotLimits => ({
  concurrency: bot.concurrency,
  attempts: bot.attempts,
  firstTokenMs: bot.firstTokenTimeout,
  patienceMs: bot.patience,
  leaseMs: bot.lease,
  defaultModel: openai.model,
})
