import type { AdminConversation, Message } from '../../../client/index.js'
import { clean, cleanLines } from '../../../tui/text/clean.js'
import type { Cli } from '../../cli.js'
import { command, yesOption } from '../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../desk/open.js'
import { shortDuration, shortTime } from '../../format.js'
import { listGroup } from '../../group.js'
import { properties } from '../../output.js'
import { listConversations } from './conversations-list.js'

/** `replyhq admin conversations`: what was said. */
export function conversationsCommand(cli: Cli) {
  const examples = [
    'admin conversations --status open',
    'admin conversations show conv_…',
    'admin conversations export conv_… > chat.ndjson',
  ]
  const members = [listConversations(cli), show(cli), close(cli), exportOne(cli)] as const
  return listGroup('conversations', 'Conversations: find, read, close, export', examples, [...members])
}

function show(cli: Cli) {
  return onDesk(
    command('show', 'Show a conversation with its messages and notes', ['admin conversations show conv_…']),
  )
    .argument('<id>', 'the conversation')
    .action((id: string, options: DeskOptions) =>
      withDesk(cli, options, async (desk) => {
        const conversation = await desk.conversation(id)
        const messages = await desk.messages(id)
        cli.out.result(
          { conversation, messages },
          () => `${facts(conversation)}\n\n${messages.map(line).join('\n')}`,
        )
      }),
    )
}

function close(cli: Cli) {
  return onDesk(
    command('close', 'Close a conversation', ['admin conversations close conv_… --reason "solved by phone"']),
  )
    .argument('<id>', 'the conversation')
    .option('--reason <text>', 'why, for the audit log')
    .addOption(yesOption())
    .action((id: string, options: DeskOptions & { reason?: string; yes?: boolean }) =>
      withDesk(cli, options, async (desk) => {
        await cli.ask.confirm(`Close ${id}?`, options.yes)
        const conversation = await desk.close(id, options.reason)
        cli.out.result({ conversation }, () => `Closed ${id}.`)
      }),
    )
}

function exportOne(cli: Cli) {
  const examples = ['admin conversations export conv_… > chat.ndjson']
  return onDesk(
    command(
      'export',
      'Print a support conversation as NDJSON: itself first, then each message; those of members alone are not exported',
      examples,
    ),
  )
    .argument('<id>', 'the conversation')
    .action((id: string, options: DeskOptions) =>
      withDesk(cli, options, async (desk) => {
        cli.out.jsonLine({ conversation: await desk.conversation(id) })
        for (const message of await desk.messages(id)) cli.out.jsonLine({ message })
      }),
    )
}

function facts(conversation: AdminConversation): string {
  const { user, assignee, summary } = conversation
  return properties([
    ['conversation', conversation.id],
    ['visitor', user?.name ?? user?.email ?? conversation.visitor_id],
    [
      'status',
      conversation.handler === null ? conversation.status : `${conversation.status}, ${conversation.handler}`,
    ],
    ['agent', assignee?.name],
    ['priority', conversation.priority],
    ['tags', conversation.tags.join(', ') || null],
    ['since', shortTime(conversation.created_at)],
    ['waited', summary && shortDuration(summary.waiting_seconds)],
    ['rating', summary?.rating],
  ])
}

function line(message: Message): string {
  const who = message.sender_name ?? message.sender
  const mark = message.visibility === 'internal' ? ' (note)' : ''
  const files = message.attachments.map((file) => `[${clean(file.name)}]`)
  const body = message.deleted_at === null ? cleanLines(message.body) : ['(deleted)']
  return [`${shortTime(message.created_at)}  ${clean(who)}${mark}: ${body.join('\n    ')}`, ...files].join(
    ' ',
  )
}
