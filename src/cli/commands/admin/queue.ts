import type { Cli } from '../../cli.js'
import { command, limitOption } from '../../command.js'
import { type DeskOptions, onDesk, withClient, withDesk } from '../../desk/open.js'
import { queueColumns } from '../../queue/columns.js'
import { watchQueue } from '../../queue/watch.js'

type Options = DeskOptions & { limit: number; watch?: boolean }

/** `replyhq admin queue`: who waits. */
export function queueCommand(cli: Cli) {
  const examples = ['admin queue', 'admin queue --json', 'admin queue --watch --token-file ~/.replyhq-token']
  return onDesk(command('queue', 'Show who waits for an agent, first in line first', examples))
    .addOption(limitOption())
    .option('--watch', 'of a running server, and go on showing it: a screen, or NDJSON without a terminal')
    .action(({ limit, watch, ...where }: Options) =>
      watch
        ? withClient(cli, where, (client) => watchQueue(cli, client, limit))
        : withDesk(cli, where, async (desk) => {
            const { queue, size } = await desk.queue(limit)
            cli.out.list('queue', queue, (row) => row.conversation_id, queueColumns, 'Nobody waits.')
            if (size > queue.length) cli.out.note(`${size} wait in all: --limit shows more.`)
          }),
    )
}
