import { Option } from 'commander'
import type { Delivery } from '../../../../client/index.js'
import type { Cli } from '../../../cli.js'
import { command, limitOption } from '../../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../../desk/open.js'
import type { DeliveryQuery } from '../../../desk/outside.js'
import { shortTime } from '../../../format.js'
import { webhookNamed } from '../webhooks/named.js'

export type DeliveryListOptions = DeskOptions & DeliveryQuery & { limit: number }

export const stateOption = () =>
  new Option('--state <state>', 'only these').choices(['pending', 'done', 'dead'])

export function listDeliveries(cli: Cli) {
  const examples = ['admin deliveries', 'admin deliveries --state dead --json']
  return onDesk(command('list', 'List deliveries, newest first', examples))
    .addOption(stateOption())
    .option('--webhook <webhook>', 'only to this one, by id or address')
    .addOption(limitOption())
    .action(({ state, webhook: named, limit, ...where }: DeliveryListOptions) =>
      withDesk(cli, where, async (desk) => {
        const webhook = named === undefined ? undefined : (await webhookNamed(desk, named)).id
        showDeliveries(cli, await desk.deliveries({ state, webhook }, limit))
      }),
    )
}

export function showDeliveries(cli: Cli, rows: readonly Delivery[]): void {
  cli.out.list('deliveries', rows, (row) => row.id, [
    { title: 'id', text: (row) => row.id },
    { title: 'event', text: (row) => row.event?.type ?? row.kind },
    { title: 'to', text: (row) => row.target },
    { title: 'state', text: (row) => row.state },
    { title: 'tried', text: (row) => row.attempts },
    { title: 'last answer', text: (row) => row.last_error?.slice(0, 40) ?? row.last_status },
    { title: 'made (UTC)', text: (row) => shortTime(row.created_at) },
    { title: 'next (UTC)', text: (row) => shortTime(row.next_attempt_at) },
  ])
  if (rows.some(({ state }) => state === 'dead')) cli.out.next('replyhq admin deliveries replay --dead')
}
