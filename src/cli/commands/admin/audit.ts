import { auditEvent } from '../../../server/protocols/v1/wire-staff.js'
import type { Cli } from '../../cli.js'
import { appOption, command, limitOption } from '../../command.js'
import { shortTime } from '../../format.js'
import { withOperator } from '../../instance.js'

/** `replyhq admin audit`: who did what. */
export function auditCommand(cli: Cli) {
  const examples = ['admin audit', 'admin audit --action conversation.claim --limit 10', 'admin audit --json']
  return command('audit', 'Show who did what, newest first', examples)
    .option('--action <action>', 'only this action, such as key.revoke')
    .addOption(limitOption())
    .addOption(appOption())
    .action(({ app, action, limit }: { app?: string; action?: string; limit: number }) =>
      withOperator(cli, app, async (core, operator) => {
        const rows = (await core.audit.list(operator, { action, limit })).map(auditEvent)
        cli.out.list('events', rows, (row) => row.id, [
          { title: 'at (UTC)', text: (row) => shortTime(row.at) },
          { title: 'who', text: (row) => row.actor.name ?? row.actor.id ?? row.actor.type },
          { title: 'what', text: (row) => row.action },
          { title: 'to', text: (row) => row.target },
        ])
      }),
    )
}
