import type { BotSettings } from '../../server/core/bot/settings.js'
import { clean, cleanLines } from '../../tui/text/clean.js'
import { properties } from '../output.js'
import type { Endpoint } from './endpoint.js'

/** The bot and its endpoint for people. */
export function describeBot(bot: BotSettings | null, endpoint: Endpoint): string {
  const key = endpoint.has_key ? '' : '   (no key: bots are silent and everything goes to the queue)'
  const place: [string, string][] = [['endpoint', `${endpoint.base_url}${key}`]]
  if (bot === null) return properties([['bot', 'none: new conversations go to the queue'], ...place])
  const facts = properties([
    ['bot', bot.enabled ? 'enabled' : 'disabled: new conversations go to the queue'],
    ['name', bot.name],
    ['policy', bot.policy],
    ['model', bot.model ?? `${endpoint.model} (the one of the instance)`],
    ['temperature', bot.temperature ?? 'as the model has it'],
    ['token budget', bot.tokenBudget],
    ['greeting', bot.greeting],
    ['apology', bot.apology],
    ['on a transfer', bot.transferMessage],
    ['tools', toolNames(bot).join(', ') || null],
    ...place,
  ])
  return `${facts}\n\nprompt\n${cleanLines(bot.prompt)
    .map((line) => `  ${line}`)
    .join('\n')}`
}

const toolNames = ({ tools, httpTools }: BotSettings): string[] => [
  ...tools,
  ...httpTools.map(({ name, url }) => `${name} (${clean(url)})`),
]
