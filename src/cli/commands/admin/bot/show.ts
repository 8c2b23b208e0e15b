import { stringify } from 'yaml'
import type { BotSettings } from '../../../../server/core/bot/settings.js'
import { bot as botWire } from '../../../../server/protocols/v1/wire-bot.js'
import { describeBot } from '../../../bot/describe.js'
import { endpointOf } from '../../../bot/endpoint.js'
import type { Cli } from '../../../cli.js'
import { appOption, command } from '../../../command.js'
import { withOperator } from '../../../instance.js'

/** Shows the bot as it is set, and the endpoint that it thinks with. */
export function showBot(cli: Cli) {
  const examples = ['admin bot', 'admin bot show --yaml > bot.yaml', 'admin bot --json']
  return command('show', 'Show the bot of an app; secrets of its tools are not shown', examples)
    .option('--yaml', 'as text that admin bot set --file takes')
    .addOption(appOption())
    .action(({ app, yaml }: { app?: string; yaml?: boolean }) =>
      withOperator(cli, app, async (core, operator) => {
        const bot = await core.bot.settings(operator)
        const endpoint = endpointOf(cli)
        if (yaml && bot !== null && !cli.options.json) return cli.out.data(asText(bot))
        const shown = { app_id: operator.app.id, bot: bot && botWire(bot), endpoint }
        cli.out.result(shown, () => describeBot(bot, endpoint))
        if (bot === null) cli.out.next('replyhq admin bot set --prompt prompt.md')
        else cli.out.next('replyhq admin bot test "Hello"')
      }),
    )
}

/** Without the secrets: those of tools that are known are kept when the text is set again. */
function asText(bot: BotSettings): string {
  const { http_tools: tools, ...settings } = botWire(bot)
  const shown = tools.map(({ secret: _, ...tool }) => tool)
  return stringify({ ...settings, http_tools: shown }).trimEnd()
}
