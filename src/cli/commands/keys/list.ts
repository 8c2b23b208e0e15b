import type { ApiKey } from '../../../client/index.js'
import { apiKey } from '../../../server/protocols/v1/wire-staff.js'
import type { Cli } from '../../cli.js'
import { appOption, command } from '../../command.js'
import { shortTime } from '../../format.js'
import { withOperator } from '../../instance.js'

export function listKeys(cli: Cli) {
  return command('list', 'List the keys of an app; their values are shown only when they are made', [
    'keys list',
    'keys --json',
  ])
    .addOption(appOption())
    .action(({ app }: { app?: string }) =>
      withOperator(cli, app, async (core, operator) => {
        const rows = (await core.keys.list(operator)).map(apiKey)
        cli.out.list('keys', rows, (row) => row.id, [
          { title: 'id', text: (row) => row.id },
          { title: 'kind', text: (row) => row.kind },
          { title: 'begins with', text: (row) => row.prefix },
          { title: 'name', text: (row) => row.name },
          { title: 'scopes', text: (row) => row.scopes.join(' ') || '-' },
          { title: 'last used', text: (row) => shortTime(row.last_used_at) },
          { title: 'state', text: stateOf },
        ])
      }),
    )
}

function stateOf(row: ApiKey): string {
  if (row.revoked_at !== null) return `revoked ${shortTime(row.revoked_at)}`
  return row.expires_at === null ? 'works' : `until ${shortTime(row.expires_at)}`
}
