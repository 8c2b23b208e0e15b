import { loadConfig } from '../../src/config.js'
import { createLoggers } from '../../src/logger.js'
import { openInstance } from '../../src/server/context.js'
import type { GivenBotSettings } from '../../src/server/core/bot/settings.js'
import type { DeltaEvent, DomainEvent } from '../../src/server/core/events.js'
import type { Message } from '../../src/server/core/model.js'
import { migrate } from '../../src/server/store/migrate.js'
import { type Company, newCompany, type Talk } from '../core/company.js'
import type { TestInstance } from '../core/instance.js'
import { handMovedClock } from '../helpers/clock.js'
import { sqliteUrl, temporaryFolder } from '../helpers/databases.js'
import { isPresent, type Present, until } from '../helpers/until.js'
import { ModelServer, type Scripts } from './model-server.js'

const secrets = {
  jwtAccessSecret: 'access secret of the tests, long enough',
  jwtRefreshSecret: 'refresh secret of the tests, long enough',
  linkSecret: 'link secret of the tests, which is long enough',
}

export interface BotOptions {
  databaseUrl?: string
  /** Flags by their path, such as `bot.concurrency`. */
  settings?: Record<string, unknown>
  bot?: GivenBotSettings | null
  /** False leaves the key out: there is no model then. */
  key?: boolean
  /** False leaves the turns lying. */
  engine?: boolean
}

export const plainBot: GivenBotSettings = { prompt: 'You help the customers of a shop.' }

/** An instance whose bot thinks with a server that a test scripts, and a company that has a bot. */
export class BotWorld implements AsyncDisposable {
  private constructor(
    readonly instance: TestInstance,
    readonly company: Company,
    readonly model: ModelServer,
    readonly engine: AsyncDisposable | null,
    readonly databaseUrl: string,
  ) {}

  static async open(scripts: Scripts, options: BotOptions = {}): Promise<BotWorld> {
    const { databaseUrl = sqliteUrl(), bot = plainBot, key = true, engine = true } = options
    const model = await ModelServer.start(scripts)
    const instance = await openBotInstance(databaseUrl, model.url, key, options.settings)
    const company = await newCompany(instance)
    if (bot !== null) await instance.core.bot.configure(company.owner, bot)
    const started = engine ? instance.core.botEngine.start() : null
    return new BotWorld(instance, company, model, started, databaseUrl)
  }

  get clock() {
    return this.instance.clock
  }

  /** A new conversation with a first message in it. */
  async asks(body: string): Promise<Talk> {
    const talk = await this.company.waiting()
    await talk.say(talk.visitor, body)
    return talk
  }

  /** Until every turn has ended. */
  async nothingDue(): Promise<void> {
    const { read } = this.instance.context.store
    await until(
      'nothing is left to answer',
      async () => (await read.botTurns.due(Number.MAX_SAFE_INTEGER, 1)).length === 0,
    )
  }

  deltas(talk: Talk): DeltaEvent[] {
    return this.instance.events.filter(
      (event: DomainEvent): event is DeltaEvent =>
        event.type === 'message.delta' && event.conversation.conversationId === talk.id,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine?.[Symbol.asyncDispose]()
    await this.instance[Symbol.asyncDispose]()
    await this.model[Symbol.asyncDispose]()
  }
}

export async function openBotInstance(
  databaseUrl: string,
  modelUrl: string,
  key: boolean,
  settings: Record<string, unknown> = {},
): Promise<TestInstance> {
  const folder = temporaryFolder()
  const flags = { data: folder, databaseUrl, 'openai.baseUrl': modelUrl, ...settings }
  const { config } = loadConfig({ flags, env: {}, cwd: folder, home: folder, system: folder })
  await migrate(config.databaseUrl)
  const clock = handMovedClock()
  const given = { ...secrets, ...(key ? { openaiApiKey: 'sk-of-the-model' } : {}) }
  const instance = await openInstance(config, given, createLoggers({ level: 'silent' }), { clock })
  const events: DomainEvent[] = []
  instance.context.bus.subscribe((event) => events.push(event))
  return { ...instance, clock, events }
}

/** The messages of the bot that the visitor sees, once there are so many. */
export function botSaid(talk: Talk, count = 1): Promise<Message[]> {
  return until(`the bot said ${count} things`, async () => {
    const said = (await talk.history(talk.visitor)).filter(({ senderType }) => senderType === 'bot')
    return said.length >= count && said
  })
}

export const handledBy = (talk: Talk, handler: 'bot' | 'queue' | 'agent') =>
  until(`the conversation is handled by ${handler}`, async () => {
    const view = await talk.view()
    return view.conversation.handler === handler && view
  })

/** The notes for agents. */
export const notes = async (talk: Talk): Promise<string[]> =>
  (await talk.history()).filter(({ internal }) => internal).map(({ body }) => body)

/**
 * Moves the time on in steps until something is so: timers that were set meanwhile get their turn. `step` says by how
 * much, 0 where something has to happen first.
 */
export async function untilTimePasses<Value>(
  world: BotWorld,
  what: string,
  condition: () => Value | Promise<Value>,
  step = () => 500,
): Promise<Present<Value>> {
  return until(what, async () => {
    const value = await condition()
    if (!isPresent(value)) world.clock.advance(step())
    return value
  })
}
