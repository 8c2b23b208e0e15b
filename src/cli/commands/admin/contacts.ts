import type { Cli } from '../../cli.js'
import { command, limitOption } from '../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../desk/open.js'
import { shortTime } from '../../format.js'
import { listGroup } from '../../group.js'
import { properties } from '../../output.js'

/** `replyhq admin contacts`: the people who write. */
export function contactsCommand(cli: Cli) {
  const examples = ['admin contacts', 'admin contacts --search ana@', 'admin contacts show con_…']
  return listGroup('contacts', 'The people who write', examples, [list(cli), show(cli)])
}

function list(cli: Cli) {
  return onDesk(command('list', 'List contacts, newest first', ['admin contacts --search ana@ --limit 10']))
    .option('--search <text>', 'part of a name, e-mail, phone number or external id')
    .addOption(limitOption())
    .action(({ search, limit, ...where }: DeskOptions & { search?: string; limit: number }) =>
      withDesk(cli, where, async (desk) => {
        cli.out.list('contacts', await desk.contacts(search, limit), (row) => row.id, [
          { title: 'id', text: (row) => row.id },
          { title: 'name', text: (row) => row.name },
          { title: 'e-mail', text: (row) => row.email },
          { title: 'external id', text: (row) => row.external_id },
          { title: 'seen (UTC)', text: (row) => shortTime(row.last_seen_at) },
        ])
      }),
    )
}

function show(cli: Cli) {
  return onDesk(command('show', 'Show a contact with their devices', ['admin contacts show con_… --json']))
    .argument('<id>', 'the contact')
    .action((id: string, options: DeskOptions) =>
      withDesk(cli, options, async (desk) => {
        const { contact, devices } = await desk.contact(id)
        cli.out.result({ contact, devices }, () =>
          properties([
            ['contact', contact.id],
            ['name', contact.name],
            ['e-mail', contact.email],
            ['phone', contact.phone],
            ['external id', contact.external_id],
            ['language', contact.locale],
            ['since', shortTime(contact.created_at)],
            ['seen', shortTime(contact.last_seen_at)],
            [
              'devices',
              devices.map((device) => device.device_model ?? device.platform ?? device.id).join(', '),
            ],
          ]),
        )
      }),
    )
}
