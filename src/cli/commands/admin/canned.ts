import type { Cli } from '../../cli.js'
import { command, yesOption } from '../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../desk/open.js'
import { CommandError } from '../../errors.js'
import { listGroup } from '../../group.js'

/** `replyhq admin canned`: texts that agents send often. */
export function cannedCommand(cli: Cli) {
  const examples = [
    'admin canned',
    'admin canned add --name returns --text "Returns are free within 30 days."',
  ]
  return listGroup('canned', 'Canned replies, shared by the agents of an app', examples, [
    list(cli),
    add(cli),
    remove(cli),
  ])
}

function list(cli: Cli) {
  return onDesk(command('list', 'List the canned replies', ['admin canned', 'admin canned --json'])).action(
    (options: DeskOptions) =>
      withDesk(cli, options, async (desk) => {
        cli.out.list('canned_replies', await desk.cannedReplies(), (row) => row.id, [
          { title: 'id', text: (row) => row.id },
          { title: 'name', text: (row) => row.name },
          { title: 'text', text: (row) => row.text.slice(0, 80) },
        ])
      }),
  )
}

function add(cli: Cli) {
  return onDesk(
    command('add', 'Add a canned reply', ['admin canned add --name hours --text "We are here from 9 to 5."']),
  )
    .option('--name <name>', 'what agents type after /')
    .option('--text <text>', 'what is sent')
    .action(({ name, text, ...where }: DeskOptions & { name?: string; text?: string }) =>
      withDesk(cli, where, async (desk) => {
        const given = {
          name: await cli.ask.text('Name?', '--name', name),
          text: await cli.ask.text('Text?', '--text', text),
        }
        const reply = await desk.addCannedReply(given.name, given.text)
        cli.out.result({ canned_reply: reply }, () => reply.id)
        cli.out.note(`Agents insert it with /${reply.name} and Tab.`)
      }),
    )
}

function remove(cli: Cli) {
  return onDesk(command('remove', 'Remove a canned reply', ['admin canned remove returns --yes']))
    .argument('<reply>', 'its name or id')
    .addOption(yesOption())
    .action((named: string, { yes, ...where }: DeskOptions & { yes?: boolean }) =>
      withDesk(cli, where, async (desk) => {
        const reply = (await desk.cannedReplies()).find(({ id, name }) => id === named || name === named)
        if (reply === undefined) throw new CommandError('not_found', `There is no canned reply ${named}.`)
        await cli.ask.confirm(`Remove ${reply.name}?`, yes)
        await desk.removeCannedReply(reply.id)
        cli.out.result({ removed: reply.id }, () => `Removed ${reply.name}.`)
      }),
    )
}
