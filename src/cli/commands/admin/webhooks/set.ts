import { Option } from 'commander'
import type { EventType } from '../../../../server/core/outbox/model.js'
import type { Cli } from '../../../cli.js'
import { command } from '../../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../../desk/open.js'
import { CommandError } from '../../../errors.js'
import { eventOption } from '../../../events/types.js'
import { webhookArgument, webhookNamed } from './named.js'

interface Options extends DeskOptions {
  address?: string
  event?: EventType[]
  allEvents?: boolean
  enable?: boolean
  disable?: boolean
}

export function setWebhook(cli: Cli) {
  const examples = [
    'admin webhooks set whk_… --event message.created',
    'admin webhooks set whk_… --address https://shop.example/new',
    'admin webhooks set whk_… --enable',
  ]
  return onDesk(command('set', 'Change a webhook; what is not named stays as it is', examples))
    .addArgument(webhookArgument())
    .option('--address <url>', 'where events are posted from now on')
    .addOption(eventOption('only events of this type').conflicts('allEvents'))
    .option('--all-events', 'events of every type')
    .addOption(new Option('--enable', 'switch it on').conflicts('disable'))
    .option('--disable', 'switch it off')
    .action((named: string, { address, event, allEvents, enable, disable, ...where }: Options) => {
      const events = allEvents ? [] : event
      const enabled = enable || disable ? enable === true : undefined
      if ([address, events, enabled].every((value) => value === undefined))
        throw new CommandError('usage', 'Nothing to set.', 'Name a change, such as --event or --disable.')
      return withDesk(cli, where, async (desk) => {
        const { id } = await webhookNamed(desk, named)
        const webhook = await desk.changeWebhook(id, { url: address, events, enabled })
        const state = webhook.enabled ? webhook.events.join(' ') || 'all events' : 'nothing: it is off'
        cli.out.result({ webhook }, () => `${webhook.id} tells ${webhook.url} ${state}.`)
      })
    })
}
