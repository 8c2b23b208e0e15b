import { settingsOf } from '../../../server/core/apps/settings.js'
import type { Inspection } from '../../../server/core/routing/inspection.js'
import { time } from '../../../server/protocols/v1/wire.js'
import { queueEntry } from '../../../server/protocols/v1/wire-staff.js'
import type { Cli } from '../../cli.js'
import { appOption, command, limitOption } from '../../command.js'
import { shortDuration, shortTime } from '../../format.js'
import { group } from '../../group.js'
import { withOperator } from '../../instance.js'
import { queueColumns } from '../../queue/columns.js'

/** `replyhq admin debug`: the inside of things, for those who look for a fault. */
export function debugCommand(cli: Cli) {
  return group('debug', 'Look inside, to find a fault', ['admin debug queue'], [debugQueue(cli)])
}

function debugQueue(cli: Cli) {
  const examples = ['admin debug queue', 'admin debug queue --json --limit 1000']
  return command('queue', 'Show the queue with its counters, mean waits, offers and changes', examples)
    .addOption(limitOption())
    .addOption(appOption())
    .action(({ app, limit }: { app?: string; limit: number }) =>
      withOperator(cli, app, async (core, operator) => {
        const inspection = await core.queueInspections.of(operator, limit)
        const { routing } = settingsOf(operator.app)
        const shown = wire(inspection, core.clock.now())
        cli.out.result({ app_id: operator.app.id, routing, ...shown }, () => describe(cli, shown, routing))
        if (shown.levels.some(({ waiting, counted }) => waiting !== counted))
          cli.out.note('A counter differs from what is there: please report it with this output.')
      }),
    )
}

const wire = ({ entries, size, change, levels, offers }: Inspection, now: number) => ({
  size,
  change,
  levels: levels.map(({ priority, waiting, counted, averageWaitMs }) => ({
    priority,
    waiting,
    counted,
    average_wait_seconds: averageWaitMs === null ? null : Math.round(averageWaitMs / 100) / 10,
  })),
  offers: offers.map(({ conversationId, agent, offeredAt, endsAt }) => ({
    conversation_id: conversationId,
    agent,
    offered_at: time(offeredAt),
    ends_at: time(endsAt),
  })),
  queue: entries.map((entry) => queueEntry(entry, now)),
})

function describe({ out }: Cli, shown: ReturnType<typeof wire>, routing: string): string {
  const { levels, offers, queue, size, change } = shown
  const sections = [
    `routing ${routing}, ${size} waiting, change ${change}`,
    out.table(levels, [
      { title: 'priority', text: (row) => row.priority },
      { title: 'waiting', text: (row) => row.waiting },
      { title: 'counted', text: (row) => row.counted },
      { title: 'mean wait', text: (row) => shortDuration(row.average_wait_seconds) },
    ]),
  ]
  if (offers.length > 0) {
    const columns = [
      { title: 'offered', text: (row: (typeof offers)[number]) => row.conversation_id },
      { title: 'to', text: (row: (typeof offers)[number]) => row.agent.name },
      { title: 'until (UTC)', text: (row: (typeof offers)[number]) => shortTime(row.ends_at) },
    ]
    sections.push(out.table(offers, columns))
  }
  if (queue.length > 0) sections.push(out.table(queue, queueColumns))
  return sections.join('\n\n')
}
