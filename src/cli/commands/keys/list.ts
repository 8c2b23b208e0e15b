import type { ApiKey } from '../../../server/core/model.js'
import type { Cli } from '../../cli.js'
import { appOption, command } from '../../command.js'
import { shortTime, wireTime, wireTimeOrNull } from '../../format.js'
import { withOperator } from '../../instance.js'

/** A key as the v1 wire shows it. */
export const keyRow = (key: ApiKey) => ({
  id: key.id,
  kind: key.kind,
  prefix: key.prefix,
  name: key.name,
  scopes: key.scopes,
  created_at: wireTime(key.createdAt),
  last_used_at: wireTimeOrNull(key.lastUsedAt),
  expires_at: wireTimeOrNull(key.expiresAt),
  revoked_at: wireTimeOrNull(key.revokedAt),
})

export function listKeys(cli: Cli) {
  return command('list', 'List the keys of an app; their values are shown only when they are made', [
    'keys list',
    'keys --json',
  ])
    .addOption(appOption())
    .action(({ app }: { app?: string }) =>
      withOperator(cli, app, async (core, operator) => {
        const rows = (await core.keys.list(operator)).map(keyRow)
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

function stateOf(row: ReturnType<typeof keyRow>): string {
  if (row.revoked_at !== null) return `revoked ${shortTime(row.revoked_at)}`
  return row.expires_at === null ? 'works' : `until ${shortTime(row.expires_at)}`
}
