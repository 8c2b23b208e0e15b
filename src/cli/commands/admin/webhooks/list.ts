import type { Webhook } from '../../../../client/index.js'
import type { Cli } from '../../../cli.js'
import { command, limitOption } from '../../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../../desk/open.js'
import { shortTime } from '../../../format.js'
import { type DeliveryListOptions, showDeliveries, stateOption } from '../deliveries/list.js'
import { webhookArgument, webhookNamed } from './named.js'

export function listWebhooks(cli: Cli) {
  return onDesk(
    command('list', 'List the webhooks of an app', ['admin webhooks', 'admin webhooks --json']),
  ).action((options: DeskOptions) =>
    withDesk(cli, options, async (desk) => {
      cli.out.list('webhooks', await desk.webhooks(), (row) => row.id, [
        { title: 'id', text: (row) => row.id },
        { title: 'address', text: (row) => row.url },
        { title: 'events', text: (row) => row.events.join(' ') || 'all' },
        { title: 'state', text: stateOf },
        { title: 'since (UTC)', text: (row) => shortTime(row.created_at) },
      ])
    }),
  )
}

function stateOf(row: Webhook): string {
  if (!row.enabled) return row.disabled_reason === null ? 'off' : `off: ${row.disabled_reason}`
  return row.failing_since === null ? 'on' : `fails since ${shortTime(row.failing_since)}`
}

export function listDeliveriesOf(cli: Cli) {
  const examples = ['admin webhooks deliveries', 'admin webhooks deliveries whk_… --state dead']
  return onDesk(command('deliveries', 'List deliveries to a webhook, or to all, newest first', examples))
    .addArgument(webhookArgument().argOptional())
    .addOption(stateOption())
    .addOption(limitOption())
    .action((named: string | undefined, { state, limit, ...where }: DeliveryListOptions) =>
      withDesk(cli, where, async (desk) => {
        const webhook = named === undefined ? undefined : (await webhookNamed(desk, named)).id
        showDeliveries(cli, await desk.deliveries({ state, webhook }, limit))
      }),
    )
}
