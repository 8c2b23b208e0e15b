import { isDeepStrictEqual } from 'node:util'
import type { BotSettings } from '../../server/core/bot/settings.js'
import { bot as botWire } from '../../server/protocols/v1/wire-bot.js'
import { clean } from '../../tui/text/clean.js'

/** One setting that becomes another; `from` is null where there was no bot. */
export interface BotDifference {
  readonly setting: string
  readonly from: unknown
  readonly to: unknown
}

/** What differs between two bots, by the names of the wire; secrets of tools only say that they changed. */
export function changesOf(before: BotSettings | null, after: BotSettings): BotDifference[] {
  const [from, to] = [before === null ? {} : wireOf(before, null), wireOf(after, before)]
  return Object.entries(to)
    .map(([setting, value]) => ({ setting, from: Reflect.get(from, setting) ?? null, to: value }))
    .filter((change) => !isDeepStrictEqual(change.from, change.to))
}

function wireOf(bot: BotSettings, before: BotSettings | null) {
  const { http_tools: tools, ...settings } = botWire(bot)
  const isNew = (name: string, secret: string) =>
    before?.httpTools.some((tool) => tool.name === name && tool.secret !== secret) ?? false
  const shown = tools.map((tool) => ({
    ...tool,
    secret: isNew(tool.name, tool.secret) ? 'changed' : 'whsec_…',
  }))
  return { ...settings, http_tools: shown }
}

/** A difference on one line. */
export const describeChange = ({ setting, from, to }: BotDifference): string =>
  `${setting}: ${short(from)} → ${short(to)}`

function short(value: unknown): string {
  const text = clean(typeof value === 'string' ? value : JSON.stringify(value))
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
