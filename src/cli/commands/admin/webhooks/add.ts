import type { WebhookSecret } from '../../../../client/index.js'
import type { EventType } from '../../../../server/core/outbox/model.js'
import type { Cli } from '../../../cli.js'
import { command } from '../../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../../desk/open.js'
import { eventOption } from '../../../events/types.js'
import { properties } from '../../../output.js'

type Options = DeskOptions & { event?: EventType[]; secretStdin?: boolean }

export function addWebhook(cli: Cli) {
  const examples = [
    'admin webhooks add https://shop.example/hooks',
    'admin webhooks add https://shop.example/hooks --event message.created --event conversation.closed',
    'admin webhooks add https://shop.example/hooks --secret-stdin < secret',
  ]
  return onDesk(command('add', 'Add a webhook; its secret is shown once', examples))
    .argument('<url>', 'where events are posted')
    .addOption(eventOption('only events of this type'))
    .option('--secret-stdin', 'read the secret (whsec_…) from standard input instead of making one')
    .action((url: string, { event, secretStdin, ...where }: Options) =>
      withDesk(cli, where, async (desk) => {
        const secret = secretStdin ? await cli.ask.secretFromStdin() : undefined
        const added = await desk.addWebhook({ url, events: event, secret })
        cli.out.result(added, () => describe(added))
        cli.out.next(`replyhq admin webhooks test ${added.webhook.id}`)
      }),
    )
}

const describe = ({ webhook, secret }: WebhookSecret): string =>
  properties([
    ['webhook', webhook.id],
    ['address', webhook.url],
    ['events', webhook.events.join(' ') || 'all'],
    ['secret', `${secret}   (shown this once)`],
  ])
