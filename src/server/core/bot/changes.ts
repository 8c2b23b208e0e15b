import { type BotSettings, type GivenBotSettings, type HttpTool, readBotSettings } from './settings.js'

type GivenTool = NonNullable<GivenBotSettings['httpTools']>[number]

/** Settings of a bot as somebody changes them: what is not named stays as it is. */
export type BotChange = Partial<Omit<GivenBotSettings, 'httpTools'>> & {
  /** All of them; a tool that is known already keeps its secret when none is given. */
  httpTools?: (Omit<GivenTool, 'secret'> & { secret?: string })[]
}

/** The settings after a change. Throws AppError `invalid_request` for what cannot work. */
export function changedBot(current: BotSettings | null, change: BotChange): BotSettings {
  const tools = change.httpTools?.map((tool) => ({
    ...tool,
    secret: tool.secret ?? keptSecret(current, tool),
  }))
  return readBotSettings({ ...current, ...change, ...(tools === undefined ? {} : { httpTools: tools }) })
}

/** A secret belongs to one address: nobody else may get calls that are signed with it. */
export const keptSecret = (
  current: BotSettings | null,
  tool: Pick<HttpTool, 'name' | 'url'>,
): string | undefined =>
  current?.httpTools.find(({ name, url }) => name === tool.name && url === tool.url)?.secret
