import type { z } from 'zod'
import type { BotSettings, GivenBotSettings } from '../../core/bot/settings.js'
import type * as schemas from './schemas/bot.js'

/** The bot of an app, as it is shown. */
export const bot = (from: BotSettings): z.output<typeof schemas.bot> => ({
  enabled: from.enabled,
  policy: from.policy,
  name: from.name,
  prompt: from.prompt,
  greeting: from.greeting,
  model: from.model,
  temperature: from.temperature,
  token_budget: from.tokenBudget,
  tools: from.tools,
  http_tools: from.httpTools,
  apology: from.apology,
  transfer_message: from.transferMessage,
})

/** The bot of an app, as somebody wants it. */
export const givenBot = (from: z.output<typeof schemas.botInput>): GivenBotSettings => ({
  enabled: from.enabled,
  policy: from.policy,
  name: from.name,
  prompt: from.prompt,
  greeting: from.greeting,
  model: from.model,
  temperature: from.temperature,
  tokenBudget: from.token_budget,
  tools: from.tools,
  httpTools: from.http_tools,
  apology: from.apology,
  transferMessage: from.transfer_message,
})
