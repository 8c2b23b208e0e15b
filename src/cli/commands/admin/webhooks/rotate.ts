import type { Cli } from '../../../cli.js'
import { command } from '../../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../../desk/open.js'
import { shortTime } from '../../../format.js'
import { webhookArgument, webhookNamed } from './named.js'

export function rotateWebhook(cli: Cli) {
  const examples = ['admin webhooks rotate whk_…']
  return onDesk(command('rotate', 'Make a new secret; for a while deliveries are signed with both', examples))
    .addArgument(webhookArgument())
    .action((named: string, where: DeskOptions) =>
      withDesk(cli, where, async (desk) => {
        const { id } = await webhookNamed(desk, named)
        const rotated = await desk.rotateWebhook(id)
        cli.out.result(rotated, () => rotated.secret)
        const until = shortTime(rotated.webhook.previous_secret_until)
        cli.out.note(`Shown this once. The old secret signs, too, until ${until} UTC.`)
        cli.out.next(`replyhq admin webhooks test ${id}   # as soon as the receiver knows it`)
      }),
    )
}
