import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Config, durationOf, type InstanceSecrets } from '../config.js'
import type { Loggers } from '../logger.js'
import { version } from '../version.js'
import { jwtAccessTokens } from './adapters/access-tokens.js'
import { systemClock } from './adapters/clock.js'
import { diskFiles } from './adapters/files.js'
import { hostTokens } from './adapters/host-tokens.js'
import { httpTools } from './adapters/http-tools.js'
import { argon2Passwords } from './adapters/passwords.js'
import { noPush, openPush, pushGuard } from './adapters/push/push.js'
import { httpWebhookSender } from './adapters/webhook-sender.js'
import type { BotLimits } from './core/bot/limits.js'
import type { CoreContext } from './core/context.js'
import { type Core, createCore } from './core/index.js'
import type { OutboxLimits } from './core/outbox/limits.js'
import type { ChatModel, ToolCaller } from './core/ports/chat-model.js'
import { type Measure, unmeasured } from './core/ports/measure.js'
import type { PushSender } from './core/ports/push-sender.js'
import type { Tracing } from './core/ports/tracing.js'
import type { WebhookSender } from './core/ports/webhook-sender.js'
import type { Bus, Clock, Limits } from './core/ports.js'
import { DatabaseOutage } from './database-outage.js'
import type { Metrics } from './observability/metrics.js'
import { storeReading } from './observability/readings.js'
import { tracedBus, tracedStore } from './observability/traced.js'
import { CommandsBeside } from './realtime/commands-beside.js'
import { FanOutNotes } from './realtime/fan-out-notes.js'
import { fanOutsOf } from './realtime/fan-outs.js'
import { aloneNode } from './realtime/nodes/alone.js'
import type { Nodes } from './realtime/nodes/nodes.js'
import { openNodes } from './realtime/nodes/open-nodes.js'
import { openStore } from './store/index.js'
import { targetOf } from './store/target.js'
import { Teardown } from './teardown.js'

/** An opened installation: its store and its core, with nobody listening. */
export interface Instance extends AsyncDisposable {
  config: Config
  core: Core
  context: CoreContext
  nodes: Nodes
  /** For those who report failures. */
  outage: DatabaseOutage
  fanOutNotes: FanOutNotes
  /** Null: nobody watches. */
  metrics: Metrics | null
}

/** What a test may put in place of the parts that an instance is made of. */
export type Overrides = Partial<
  Omit<CoreContext, 'limits' | 'bot' | 'outbox' | 'measure' | 'tracing' | 'report'>
>

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
  const outage = new DatabaseOutage({
    clock: systemClock,
    logger: loggers.store,
    healthy: () => store.healthy(),
  })
  const report = outage.sparing((error, doing) => loggers.core.error({ err: error }, `failed: ${doing}`))
  const clock = overrides.clock ?? systemClock
  const hookFailed = (error: unknown) => report(error, 'telling of a commit')
  const { databaseUrl, data: dataFolder } = config
  const metrics = config.metrics && holding !== undefined ? await openMetrics() : null
  const measure = metrics?.measure ?? unmeasured
  const committed = (transactions: number, seconds: number) =>
    measure({ name: 'commit', transactions, seconds })
  const opened = new Teardown()
  const tracing = holding === undefined ? null : await openTracing(config, opened)
  const store =
    overrides.store ?? (await openStore({ databaseUrl, dataFolder, hookFailed, committed, ...holding }))
  opened.defer(() => store.close())
  opened.defer(() => outage[Symbol.dispose]())
  // A command beside a running server is no node.
  const joining =
    holding === undefined
      ? aloneNode(clock, report)
      : openNodes({
          config,
          name: nameOfNode(config),
          secrets: sharedSecrets(secrets),
          store,
          clock,
          logger: loggers.realtime,
          measure,
          report,
        })
  const nodes = opened.use(await closingOnFailure(opened, joining))
  const { presence, redis, question } = nodes
  const fanOutNotes = new FanOutNotes(clock)
  const bus =
    holding === undefined ? nodes.bus : await hearingCommands(nodes.bus, { store, clock, report }, opened)
  const context: CoreContext = {
    store: tracing === null ? store : tracedStore(store, tracing),
    clock,
    bus: watchedBus(bus, metrics === null ? null : measure, tracing),
    presence,
    redis,
    question,
    fanOuts: holding === undefined ? null : fanOutsOf(fanOutNotes, nameOfNode(config), nodes),
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
    webhookSender: webhookSenderOf(config, clock),
    pushSender: await closingOnFailure(opened, pushSenderOf(config, secrets, { clock, report }, holding)),
    publicUrl: config.publicUrl ?? '',
    ...overrides,
    limits: limitsOf(config),
    bot: botLimitsOf(config),
    outbox: outboxLimitsOf(config),
    measure,
    tracing,
    report,
  }
  metrics?.watch(storeReading(context))
  const core = createCore(context)
  presence.onUntold((subject, online) => {
    core.presence.changed(subject, online).catch((error) => report(error, 'telling who came and went'))
  })
  return {
    config,
    context,
    core,
    nodes,
    outage,
    fanOutNotes,
    metrics,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}

async function hearingCommands(
  bus: Bus,
  { store, clock, report }: Pick<CoreContext, 'store' | 'clock' | 'report'>,
  opened: Teardown,
): Promise<Bus> {
  const beside = opened.use(new CommandsBeside(store, clock, report))
  await closingOnFailure(opened, beside.start())
  return beside.heardOn(bus)
}

// Its library takes 12 MB: it is loaded only where somebody watches.
async function openMetrics(): Promise<Metrics> {
  const { Metrics } = await import('./observability/metrics.js')
  return new Metrics()
}

/** Its libraries take 20 MB, and following every promise takes time: they are loaded only for a collector. */
async function openTracing(config: Config, opened: Teardown): Promise<Tracing | null> {
  const { otelExporterOtlpEndpoint: endpoint } = config
  if (endpoint === undefined) return null
  const { openTracing: open } = await import('./observability/tracing.js')
  return opened.use(open({ endpoint, version, node: nameOfNode(config) }))
}

/** Tells people which node is meant. */
const nameOfNode = ({ host, port }: Config): string => `${hostname()}:${host}:${port}`

function watchedBus(bus: Bus, measure: Measure | null, tracing: Tracing | null): Bus {
  const measured = measure === null ? bus : measuredBus(bus, measure)
  return tracing === null ? measured : tracedBus(measured, tracing)
}

/** An event is published by the node that stored its message, and by no other. */
const measuredBus = (bus: Bus, measure: Measure): Bus => ({
  ...bus,
  publish(event) {
    if (event.type === 'message.created') measure({ name: 'message', sender: event.message.senderType })
    bus.publish(event)
  },
})

/** Tokens and links that one node signs are shown to another. */
const sharedSecrets = ({ jwtAccessSecret, jwtRefreshSecret, linkSecret }: InstanceSecrets): string[] => [
  jwtAccessSecret,
  jwtRefreshSecret,
  linkSecret,
]

async function closingOnFailure<Value>(opened: Teardown, opening: Value | Promise<Value>): Promise<Value> {
  try {
    return await opening
  } catch (error) {
    await opened[Symbol.asyncDispose]()
    throw error
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

const webhookSenderOf = ({ outbound, webhook }: Config, clock: Clock): WebhookSender =>
  httpWebhookSender({
    clock,
    allowPrivate: webhook.allowPrivate,
    privateNetworks: outbound.privateNetworks,
    timeoutMs: webhook.timeout,
    keptConnections: webhook.concurrency,
  })

/** A command beside the server wakes nobody, and works whatever the settings of push say. */
function pushSenderOf(
  { push, outbound }: Config,
  { pushVapidPrivateKey: privateKey }: InstanceSecrets,
  tools: Pick<CoreContext, 'clock' | 'report'>,
  holding: Holding | undefined,
): PushSender | Promise<PushSender> {
  const guard = pushGuard(outbound.privateNetworks)
  return holding === undefined ? noPush(guard) : openPush({ ...push, privateKey }, { ...tools, guard })
}

const outboxLimitsOf = ({ webhook, databaseUrl }: Config): OutboxLimits => ({
  scheduleMs: webhook.schedule.map((wait) => durationOf(wait) ?? 0),
  concurrency: webhook.concurrency,
  retentionMs: webhook.retention,
  leaseMs: webhook.lease,
  holder: targetOf(databaseUrl).kind === 'postgres' ? randomUUID() : 'alone',
})

const botLimitsOf = ({ bot, openai }: Config): BotLimits => ({
  concurrency: bot.concurrency,
  attempts: bot.attempts,
  firstTokenMs: bot.firstTokenTimeout,
  patienceMs: bot.patience,
  leaseMs: bot.lease,
  defaultModel: openai.model,
})
