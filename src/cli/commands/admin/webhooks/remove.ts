import type { Cli } from '../../../cli.js'
import { command, yesOption } from '../../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../../desk/open.js'
import { webhookArgument, webhookNamed } from './named.js'

export function removeWebhook(cli: Cli) {
  const examples = ['admin webhooks remove whk_… --yes']
  return onDesk(command('remove', 'Remove a webhook with its deliveries', examples))
    .addArgument(webhookArgument())
    .addOption(yesOption())
    .action((named: string, { yes, ...where }: DeskOptions & { yes?: boolean }) =>
      withDesk(cli, where, async (desk) => {
        const { id, url } = await webhookNamed(desk, named)
        await cli.ask.confirm(`Remove the webhook to ${url}, with what it has not got yet?`, yes)
        await desk.removeWebhook(id)
        cli.out.result({ removed: id }, () => `Removed the webhook to ${url}.`)
      }),
    )
}
