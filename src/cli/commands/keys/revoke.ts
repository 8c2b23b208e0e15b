import { apiKey } from '../../../server/protocols/v1/wire-staff.js'
import type { Cli } from '../../cli.js'
import { appOption, command, yesOption } from '../../command.js'
import { CommandError } from '../../errors.js'
import { withOperator } from '../../instance.js'

export function revokeKey(cli: Cli) {
  return command('revoke', 'End a key at once', ['keys revoke key_…', 'keys revoke key_… --yes'])
    .argument('<id>', 'the key')
    .addOption(yesOption())
    .addOption(appOption())
    .action((id: string, { app, yes }: { app?: string; yes?: boolean }) =>
      withOperator(cli, app, async (core, operator) => {
        const keys = await core.keys.list(operator)
        if (!keys.some((key) => key.id === id))
          throw new CommandError('not_found', `There is no key ${id}.`, 'replyhq keys lists them.')
        await cli.ask.confirm(`End ${id}? Whoever uses it is locked out at once.`, yes)
        const key = await core.keys.revoke(operator, id)
        cli.out.result({ key: apiKey(key) }, () => `Revoked ${id}.`)
      }),
    )
}
