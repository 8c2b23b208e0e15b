import { z } from 'zod'
import { count } from './scalars.js'

const httpTool = z.strictObject({
  name: z.string().describe('Letters, digits, _ and -'),
  description: z.string().describe('Tells the model when to call it'),
  parameters: z.record(z.string(), z.unknown()).describe('JSON Schema of the arguments, an object'),
  url: z.string().describe('Called with POST and a Standard Webhooks signature'),
  secret: z.string().describe('whsec_ and 24 to 64 bytes in base64; never shown again'),
})

/** What may be left out has a default; what fits together the core decides. */
export const botInput = z.strictObject({
  enabled: z.boolean().optional(),
  policy: z
    .enum(['bot_first', 'human_first', 'ask'])
    .optional()
    .describe('The bot; a person when one is free; the bot, which asks for whom the conversation is'),
  name: z.string().optional(),
  prompt: z.string(),
  greeting: z.string().nullable().optional(),
  model: z.string().nullable().optional().describe('Null: the one of the instance'),
  temperature: z.number().nullable().optional(),
  token_budget: count.optional().describe('Of one request: prompt, tools and the history that still fits'),
  tools: z.array(z.string()).optional().describe('Built-in tools, such as transfer_to_agent'),
  http_tools: z.array(httpTool).optional(),
  apology: z.string().optional().describe('Said when the bot is unavailable'),
  transfer_message: z.string().optional(),
})

export const bot = botInput.required()
