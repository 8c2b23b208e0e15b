import { Option } from 'commander'
import type { Cli } from '../../cli.js'
import { command, limitOption } from '../../command.js'
import type { ConversationQuery } from '../../desk/desk.js'
import { type DeskOptions, onDesk, withDesk } from '../../desk/open.js'
import { shortTime } from '../../format.js'

/** Lists conversations by what they are and what was said in them. */
export function listConversations(cli: Cli) {
  const examples = [
    'admin conversations',
    'admin conversations --status open --handler queue',
    'admin conversations --search refund --json',
  ]
  return onDesk(command('list', 'List conversations, newest first', examples))
    .addOption(new Option('--status <status>', 'only these').choices(['open', 'snoozed', 'closed']))
    .addOption(new Option('--handler <handler>', 'who has them').choices(['bot', 'queue', 'agent']))
    .option('--assignee <agent>', 'the id of an agent, or none')
    .option('--tag <tag>', 'only with this tag')
    .option('--contact <id>', 'only of this contact')
    .option('--search <text>', 'only with a message that matches')
    .addOption(limitOption())
    .action(({ search, limit, status, handler, assignee, tag, contact, ...where }: Options) =>
      withDesk(cli, where, async (desk) => {
        const rows = await desk.conversations({ status, handler, assignee, tag, contact, q: search }, limit)
        cli.out.list('conversations', rows, (row) => row.id, [
          { title: 'id', text: (row) => row.id },
          { title: 'visitor', text: (row) => row.user?.name ?? row.user?.email ?? row.visitor_id },
          { title: 'status', text: (row) => row.handler ?? row.status },
          { title: 'agent', text: (row) => row.assignee?.name },
          { title: 'last message (UTC)', text: (row) => shortTime(row.last_message_at) },
          { title: 'text', text: (row) => row.last_message?.body.slice(0, 60) },
        ])
      }),
    )
}

type Options = DeskOptions & Omit<ConversationQuery, 'q'> & { search?: string; limit: number }
