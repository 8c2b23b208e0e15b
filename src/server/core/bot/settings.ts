import { z } from 'zod'
import { invalid } from '../errors.js'
import { issueMessage } from '../issue-message.js'
import type { AppSettings } from '../model.js'
import { cleanText } from '../text.js'
import { estimateTokens } from './tokens.js'
import { argumentsReader, builtInTools, transferTool } from './tools.js'

/** Whom a new conversation meets: the bot; a person when one is free; the bot, which asks for whom it is. */
const botPolicies = ['bot_first', 'human_first', 'ask'] as const

const line = (longest: number) => z.string().trim().min(1).max(longest).transform(cleanText)
const toolName = z.string().regex(/^[a-zA-Z][\w-]{0,63}$/, 'takes letters, digits, _ and -, at most 64')
const isHttp = (url: string) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
// Standard Webhooks asks for 24 to 64 bytes.
const isSigningSecret = (secret: string) =>
  /^whsec_[A-Za-z0-9+/]+=*$/.test(secret) && within(Buffer.from(secret.slice(6), 'base64').length, 24, 64)
const within = (value: number, low: number, high: number) => value >= low && value <= high

const httpTool = z.strictObject({
  name: toolName,
  description: line(1_000),
  /** JSON Schema of the arguments, an object. */
  parameters: z.record(z.string(), z.unknown()),
  url: z.string().max(2_048).refine(isHttp, 'must be an address that begins with https:// or http://'),
  secret: z.string().refine(isSigningSecret, 'must be whsec_ and 24 to 64 bytes in base64'),
})

const schema = z.strictObject({
  enabled: z.boolean().default(true),
  policy: z.enum(botPolicies).default('bot_first'),
  /** What visitors see as the name of who writes. */
  name: line(80).default('Assistant'),
  prompt: line(20_000),
  greeting: line(2_000).nullable().default(null),
  /** Null: the instance's. */
  model: line(200).nullable().default(null),
  temperature: z.number().min(0).max(2).nullable().default(null),
  /** Tokens of one request to the model: prompt, tools and as much of the history as fits. */
  tokenBudget: z.int().min(1).max(2_000_000).default(8_000),
  /** Names of built-in tools. */
  tools: z.array(z.string()).default([transferTool]),
  httpTools: z.array(httpTool).max(32).default([]),
  apology: line(2_000).default('Sorry, I cannot answer right now. A colleague will be with you.'),
  transferMessage: line(2_000).default('I am passing you on to a colleague, who will write to you here.'),
})

/** How an app's bot behaves. */
export type BotSettings = z.output<typeof schema>
export type GivenBotSettings = z.input<typeof schema>
export type HttpTool = z.output<typeof httpTool>

/** As it may be shown: the secrets of tools stay out. */
export const withoutSecrets = (bot: BotSettings): BotSettings => ({
  ...bot,
  httpTools: bot.httpTools.map((tool) => ({ ...tool, secret: 'whsec_…' })),
})

/** Settings of an app of which the bot's were checked. */
export const checkedSettings = (settings: Partial<AppSettings>): Partial<AppSettings> =>
  settings.bot ? { ...settings, bot: readBotSettings(settings.bot) } : settings

/** Settings of an app as they may be written down. */
export const shownSettings = (settings: Partial<AppSettings>): Partial<AppSettings> =>
  settings.bot ? { ...settings, bot: withoutSecrets(settings.bot) } : settings

/** What must be left for a conversation beside prompt and tools. */
export const roomForHistory = 500

/** Checks settings as somebody gave them. Throws AppError `invalid_request` that says what to change. */
export function readBotSettings(given: unknown): BotSettings {
  const result = schema.safeParse(given, { error: issueMessage })
  if (!result.success) throw faultsOf(result.error)
  const settings = result.data
  assertTools(settings)
  assertBudget(settings)
  return settings
}

function faultsOf(error: z.ZodError) {
  const details = error.issues.map(({ path, message }) => ({ path: nameOf(path), message }))
  const [first] = details
  return invalid(`The settings of the bot do not fit: ${first?.path} ${first?.message}.`, { details })
}

/** As texts and wires name it. */
const nameOf = (path: readonly PropertyKey[]): string =>
  ['bot', ...path].join('.').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function assertTools({ tools, httpTools }: BotSettings): void {
  const unknown = tools.find((name) => !builtInTools.has(name))
  if (unknown !== undefined)
    throw invalid(
      `There is no tool "${unknown}". Built in: ${[...builtInTools.keys()].join(', ')}; others belong in http_tools.`,
    )
  const names = [...tools, ...builtInTools.keys()]
  for (const [index, { name }] of httpTools.entries()) {
    if (names.includes(name) || httpTools.findIndex((tool) => tool.name === name) !== index)
      throw invalid(`There is a tool "${name}" already. Give each its own name.`)
  }
  for (const tool of httpTools) assertParameters(tool)
}

function assertParameters({ name, parameters }: HttpTool): void {
  if (parameters.type !== 'object')
    throw invalid(`The parameters of the tool "${name}" must be a JSON Schema of type object.`)
  try {
    argumentsReader(parameters)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw invalid(`The parameters of the tool "${name}" are no JSON Schema that can be used: ${reason}`)
  }
}

/** The budget must hold prompt and tools, and leave room for what is said. */
function assertBudget(settings: BotSettings): void {
  const shown = settings.httpTools.map(({ description, name, parameters }) => ({
    description,
    name,
    parameters,
  }))
  const needed = estimateTokens(settings.prompt) + estimateTokens(JSON.stringify(shown)) + roomForHistory
  if (settings.tokenBudget >= needed) return
  throw invalid(
    `A budget of ${settings.tokenBudget} tokens is too small: prompt and tools with room for a conversation take ${needed}. Raise it or shorten the prompt.`,
  )
}
