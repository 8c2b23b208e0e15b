import { type LocalConnection, readLocalConnection } from '../../../config.js'
import type { Core } from '../../../server/core/index.js'
import type { Operator } from '../../../server/core/principal.js'
import type { Cli } from '../../cli.js'
import { appOption, command } from '../../command.js'
import { withOperator } from '../../instance.js'
import { describeWayIn, type WayIn } from '../../way-in.js'

/** `replyhq admin setup-link`: what the first start printed, as far as it may be shown again. */
export function setupLinkCommand(cli: Cli) {
  const examples = ['admin setup-link', 'admin setup-link --new-password']
  return command('setup-link', 'Show the way in again: addresses, app, publishable key and owner', examples)
    .option('--new-password', 'also give the owner a new password, shown once, and end their sessions')
    .addOption(appOption())
    .action(({ app, newPassword }: { app?: string; newPassword?: boolean }) =>
      withOperator(cli, app, async (core, operator) => {
        const { config } = cli.settings()
        const known = readLocalConnection(config.data)
        const url = config.publicUrl ?? known?.url ?? `http://${config.host}:${config.port}`
        const wayIn = await find(core, operator, url, known, newPassword ?? false)
        cli.out.result(wayIn, () => describeWayIn(wayIn))
        if (newPassword) return cli.out.next('replyhq tui')
        cli.out.note('Secret keys and passwords are kept as hashes only and cannot be shown again.')
        cli.out.next('replyhq admin setup-link --new-password', 'replyhq keys create --kind secret')
      }),
    )
}

async function find(
  core: Core,
  { app }: Operator,
  url: string,
  known: LocalConnection | undefined,
  newPassword: boolean,
): Promise<WayIn> {
  const members = await core.agents.list({ type: 'operator', app })
  const owner = members.find(({ membership }) => membership.role === 'owner')?.agent.email ?? null
  const reset = newPassword && owner !== null ? await core.agents.resetPassword(owner) : null
  return {
    url,
    docs: `${url}/docs`,
    app_id: app.id,
    publishable_key: known?.appId === app.id ? known.publishableKey : null,
    secret_key: null,
    owner_email: owner,
    owner_password: reset?.password ?? null,
  }
}
