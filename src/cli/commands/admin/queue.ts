import type { QueueEntry } from '../../../client/index.js'
import type { Cli } from '../../cli.js'
import { command, limitOption } from '../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../desk/open.js'
import { shortDuration } from '../../format.js'
import type { Column } from '../../output.js'

/** `replyhq admin queue`: who waits. */
export function queueCommand(cli: Cli) {
  return onDesk(
    command('queue', 'Show who waits for an agent, first in line first', [
      'admin queue',
      'admin queue --json',
    ]),
  )
    .addOption(limitOption())
    .action(({ limit, ...where }: DeskOptions & { limit: number }) =>
      withDesk(cli, where, async (desk) => {
        const { queue, size } = await desk.queue(limit)
        const columns: Column<QueueEntry>[] = [
          { title: '#', text: (row) => row.position },
          { title: 'conversation', text: (row) => row.conversation_id },
          { title: 'visitor', text: (row) => row.user?.name ?? row.user?.email ?? row.visitor_id },
          { title: 'priority', text: (row) => row.priority },
          { title: 'waits', text: (row) => shortDuration(row.waiting_seconds) },
          { title: 'reason', text: (row) => row.reason },
        ]
        cli.out.list('queue', queue, (row) => row.conversation_id, columns, 'Nobody waits.')
        if (size > queue.length) cli.out.note(`${size} wait in all: --limit shows more.`)
      }),
    )
}
