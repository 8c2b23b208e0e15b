import type { EventType } from '../../client/index.js'
import type { Cli } from '../cli.js'
import { command } from '../command.js'
import type { DeskOptions } from '../desk/open.js'
import { followEvents } from '../events/follow.js'
import { eventLine } from '../events/line.js'
import { eventOption } from '../events/types.js'
import { onEvents, withEvents } from '../events/with-events.js'

type Options = DeskOptions & { event?: EventType[]; since?: string }

/** `replyhq tail`: what happens, as it happens. */
export function tailCommand(cli: Cli) {
  const examples = [
    'tail',
    'tail --event message.created --event conversation.closed',
    'tail --json --since CURSOR | jq .data.content',
  ]
  return onEvents(command('tail', 'Show what happens, live, a line for each event', examples))
    .addOption(eventOption('only events of this type'))
    .action(({ event: types = [], since, ...where }: Options) =>
      withEvents(cli, where, (client) =>
        followEvents(cli, client, {
          since,
          types,
          notice: `Events of ${client.url} follow; Ctrl-C ends.`,
          handle: (event) => {
            if (cli.options.json) cli.out.jsonLine(event)
            else cli.out.data(cli.options.quiet ? event.id : eventLine(event))
          },
        }),
      ),
    )
}
