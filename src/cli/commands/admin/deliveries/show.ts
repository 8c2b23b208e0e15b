import type { Delivery, DeliveryAttempt } from '../../../../client/index.js'
import type { Cli } from '../../../cli.js'
import { command } from '../../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../../desk/open.js'
import { type Column, properties } from '../../../output.js'

export function showDelivery(cli: Cli) {
  const examples = ['admin deliveries show dlv_…', 'admin deliveries show dlv_… --json']
  return onDesk(command('show', 'Show a delivery with each attempt and its answer', examples))
    .argument('<id>', 'the delivery')
    .action((id: string, where: DeskOptions) =>
      withDesk(cli, where, async (desk) => {
        const found = await desk.delivery(id)
        cli.out.result(found, () => `${facts(found.delivery)}\n\n${tried(cli, found.attempts)}`)
        if (found.delivery.state === 'dead') cli.out.next(`replyhq admin deliveries replay ${id}`)
      }),
    )
}

const facts = (delivery: Delivery): string =>
  properties([
    ['delivery', delivery.id],
    ['event', delivery.event && `${delivery.event.type} ${delivery.event.id}`],
    ['to', delivery.target],
    ['webhook', delivery.webhook_id],
    ['state', delivery.state],
    ['made', delivery.created_at],
    ['next attempt', delivery.next_attempt_at],
    ['ended', delivery.ended_at],
  ])

const columns: readonly Column<DeliveryAttempt>[] = [
  { title: 'attempt', text: (row) => row.attempt },
  { title: 'at (UTC)', text: (row) => row.at.slice(0, 19).replace('T', ' ') },
  { title: 'took', text: (row) => `${row.duration_ms} ms` },
  { title: 'status', text: (row) => row.status },
  { title: 'failure', text: (row) => row.error },
  { title: 'answer', text: (row) => row.response?.slice(0, 80) },
]

const tried = (cli: Cli, attempts: readonly DeliveryAttempt[]): string =>
  attempts.length === 0 ? 'Not tried yet.' : cli.out.table(attempts, columns)
