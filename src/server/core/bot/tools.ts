import { z } from 'zod'
import type { ChatTool } from '../ports/chat-model.js'
import { cleanText } from '../text.js'
import type { BotSettings, HttpTool } from './settings.js'

export const transferTool = 'transfer_to_agent'

/** Agents read it in a list. */
const oneLine = (text: string) => cleanText(text).replaceAll(/\s+/g, ' ')

const transferArguments = z.strictObject({
  reason: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .transform(oneLine)
    .describe('Why a person is needed, in a few words'),
  priority: z.enum(['high', 'normal', 'low']).default('normal').describe('How urgent it is'),
  summary: z
    .string()
    .trim()
    .max(2_000)
    .optional()
    .describe('What the agent must know: what the visitor wants, what was tried. Two or three sentences'),
})
export type TransferRequest = z.output<typeof transferArguments>

/** The tools that every app may use, by name. */
export const builtInTools: ReadonlyMap<string, ChatTool> = new Map([
  [
    transferTool,
    {
      name: transferTool,
      description:
        'Hands the conversation over to a human agent. Use it when the visitor asks for a person, or when you cannot help.',
      parameters: z.toJSONSchema(transferArguments, { io: 'input' }),
    },
  ],
])

/** A call whose arguments fit, or the sentence that says what is wrong with it. */
export type CheckedCall =
  | { type: 'transfer'; request: TransferRequest }
  | { type: 'http'; tool: HttpTool; values: Record<string, unknown> }
  | { type: 'wrong'; why: string }

/** What a model may call for an app, and the check of what it calls. */
export class Toolbox {
  readonly shown: readonly ChatTool[]
  readonly #settings: BotSettings

  constructor(settings: BotSettings) {
    this.#settings = settings
    const builtIn = settings.tools.flatMap((name) => builtInTools.get(name) ?? [])
    const own = settings.httpTools.map(({ name, description, parameters }) => ({
      name,
      description,
      parameters,
    }))
    this.shown = [...builtIn, ...own]
  }

  check(name: string, written: string): CheckedCall {
    if (!this.shown.some((tool) => tool.name === name))
      return wrong(`There is no tool ${JSON.stringify(name)}.`)
    const values = parse(written)
    if (values === undefined) return wrong('The arguments are not JSON.')
    if (name === transferTool)
      return checked(transferArguments, values, (request) => ({ type: 'transfer', request }))
    const tool = this.#settings.httpTools.find((candidate) => candidate.name === name)
    if (tool === undefined) return wrong(`There is no tool ${JSON.stringify(name)}.`)
    return checked(argumentsReader(tool.parameters), values, (read) => ({ type: 'http', tool, values: read }))
  }
}

const wrong = (why: string): CheckedCall => ({ type: 'wrong', why })

function checked<Values>(
  schema: z.ZodType<Values>,
  values: unknown,
  make: (values: Values) => CheckedCall,
): CheckedCall {
  const result = schema.safeParse(values)
  if (result.success) return make(result.data)
  const [issue] = result.error.issues
  return wrong(`The arguments do not fit the schema: ${issue?.path.join('.') || 'they'} ${issue?.message}.`)
}

/** Some models send nothing where there is nothing to say. */
function parse(written: string): unknown {
  if (written.trim() === '') return {}
  try {
    return JSON.parse(written)
  } catch {
    return undefined
  }
}

/**
 * Reads arguments by the JSON Schema of a tool. What the schema does not name is refused unless it says otherwise,
 * because a model that was talked into something sends more than it was asked for. Throws for a schema that is none.
 */
export function argumentsReader(parameters: Record<string, unknown>): z.ZodType<Record<string, unknown>> {
  const strict = { additionalProperties: false, ...parameters }
  return z.fromJSONSchema(strict) as z.ZodType<Record<string, unknown>>
}
