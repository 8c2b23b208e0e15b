import type { Stats } from '../../../client/index.js'
import type { Cli } from '../../cli.js'
import { command } from '../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../desk/open.js'
import { shortDuration } from '../../format.js'
import { properties } from '../../output.js'

/** `replyhq admin stats`: how it goes. */
export function statsCommand(cli: Cli) {
  return onDesk(command('stats', 'Show numbers of an app', ['admin stats', 'admin stats --json'])).action(
    (options: DeskOptions) =>
      withDesk(cli, options, async (desk) => {
        const stats = await desk.stats()
        cli.out.result({ stats }, () => describe(stats, desk.knowsWhoIsOnline))
        if (!desk.knowsWhoIsOnline) tellUnknown(cli)
      }),
  )
}

// Also with --json, whose shape is the API's and has no place for a number that nobody knows.
function tellUnknown({ options, streams }: Cli): void {
  if (!options.quiet) streams.stderr.write('Who is online only a running server knows: add --url.\n')
}

function describe(
  { conversations, queue, agents, messages, bot, averages }: Stats,
  knowsWhoIsOnline: boolean,
): string {
  const [online, available] = knowsWhoIsOnline ? [agents.online, agents.available] : ['-', '-']
  return properties([
    [
      'open conversations',
      `${conversations.open} (${conversations.bot} with the bot, ${conversations.queue} in the queue, ${conversations.agent} with agents)`,
    ],
    ['snoozed, closed', `${conversations.snoozed}, ${conversations.closed}`],
    ['queue', `${queue.size} (${queue.high} high, ${queue.normal} normal, ${queue.low} low)`],
    ['longest wait', shortDuration(queue.longest_wait_seconds)],
    ['agents', `${agents.total} (${online} online, ${available} available)`],
    ['messages today', `${messages.today} (${messages.contact} by visitors, ${messages.agent} by agents)`],
    ['bot, 30 days', `${bot.turns} answers, ${bot.input_tokens} tokens in, ${bot.output_tokens} out`],
    ['mean wait', shortDuration(averages.waiting_seconds)],
    ['mean first reply', shortDuration(averages.first_reply_seconds)],
    ['mean rating', averages.rating],
  ])
}
