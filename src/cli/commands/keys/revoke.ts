import type { Cli } from '../../cli.js'
import { appOption, command, yesOption } from '../../command.js'
import { withOperator } from '../../instance.js'
import { keyRow } from './list.js'

export function revokeKey(cli: Cli) {
  return command('revoke', 'End a key at once', ['keys revoke key_…', 'keys revoke key_… --yes'])
    .argument('<id>', 'the key')
    .addOption(yesOption())
    .addOption(appOption())
    .action((id: string, { app, yes }: { app?: string; yes?: boolean }) =>
      withOperator(cli, app, async (core, operator) => {
        await cli.ask.confirm(`End ${id}? Whoever uses it is locked out at once.`, yes)
        const key = await core.keys.revoke(operator, id)
        cli.out.result({ key: keyRow(key) }, () => `Revoked ${id}.`)
      }),
    )
}
