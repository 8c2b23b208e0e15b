import { z } from 'zod'
import type { BotChange } from '../../server/core/bot/changes.js'
import { issueMessage } from '../../server/core/issue-message.js'
import { CommandError } from '../errors.js'
import { faultsOf } from './faults.js'
import { readBeside } from './read-beside.js'

const toolSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  url: z.string(),
  secret: z.string().optional(),
  secret_file: z.string().optional(),
})

/** The bot of an app as text names it. Which values fit is for the core to say. */
export const botSchema = z.strictObject({
  enabled: z.boolean().optional(),
  policy: z.enum(['bot_first', 'human_first', 'ask']).optional(),
  name: z.string().optional(),
  prompt: z.string().optional(),
  prompt_file: z.string().optional(),
  greeting: z.string().nullable().optional(),
  model: z.string().nullable().optional(),
  temperature: z.number().nullable().optional(),
  token_budget: z.number().optional(),
  tools: z.array(z.string()).optional(),
  http_tools: z.array(toolSchema).optional(),
  apology: z.string().optional(),
  transfer_message: z.string().optional(),
})
type BotText = z.output<typeof botSchema>

/** Every name that may stand in it, for suggestions. */
export const botKeys: readonly string[] = [botSchema, toolSchema].flatMap(({ shape }) => Object.keys(shape))

/** The core's names for the same; files are looked for beside the text. What is not given is left alone. */
export function botChange(text: BotText, folder: string): BotChange {
  const { prompt_file: promptFile } = text
  const named: BotChange = {
    enabled: text.enabled,
    policy: text.policy,
    name: text.name,
    prompt: promptFile === undefined ? text.prompt : readBeside(folder, promptFile),
    greeting: text.greeting,
    model: text.model,
    temperature: text.temperature,
    tokenBudget: text.token_budget,
    tools: text.tools,
    httpTools: text.http_tools?.map(({ secret_file: file, ...tool }) => ({
      ...tool,
      ...(file === undefined ? {} : { secret: readBeside(folder, file).trim() }),
    })),
    apology: text.apology,
    transferMessage: text.transfer_message,
  }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
}

/** Reads settings of a bot that somebody wrote, as a value of YAML. Throws CommandError with every fault. */
export function parseBot(input: unknown, folder: string): BotChange {
  const parsed = botSchema.safeParse(input ?? {}, { error: issueMessage })
  if (parsed.success) return botChange(parsed.data, folder)
  throw new CommandError('usage', faultsOf(parsed.error, botKeys).join('\n'))
}
