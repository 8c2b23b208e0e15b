import type { App } from '../../../server/core/model.js'
import { time } from '../../../server/protocols/v1/wire.js'
import type { Cli } from '../../cli.js'
import { command } from '../../command.js'
import { shortTime } from '../../format.js'
import { listGroup } from '../../group.js'
import { withInstance, withOperator } from '../../instance.js'

const appRow = (app: App) => ({ id: app.id, name: app.name, created_at: time(app.createdAt) })

/** `replyhq admin apps`: the tenants of this instance. */
export function appsCommand(cli: Cli) {
  const examples = [
    'admin apps',
    'admin apps add --name "Acme Shop"',
    'admin apps remove app_… --confirm "Acme Shop"',
  ]
  return listGroup('apps', 'The apps of this instance', examples, [list(cli), add(cli), remove(cli)])
}

function list(cli: Cli) {
  return command('list', 'List the apps', ['admin apps', 'admin apps -q']).action(() =>
    withInstance(cli, async ({ core }) => {
      const rows = (await core.apps.list()).map(appRow)
      cli.out.list('apps', rows, (row) => row.id, [
        { title: 'id', text: (row) => row.id },
        { title: 'name', text: (row) => row.name },
        { title: 'since', text: (row) => shortTime(row.created_at) },
      ])
    }),
  )
}

function add(cli: Cli) {
  return command('add', 'Make an app with both of its keys, shown once', [
    'admin apps add --name "Acme Shop"',
  ])
    .option('--name <name>', 'the name of the product or company')
    .option('--id <id>', 'an id of your own, such as app_shop')
    .action(({ name, id }: { name?: string; id?: string }) =>
      withInstance(cli, async ({ core }) => {
        const app = await core.apps.create({
          id,
          name: await cli.ask.text('Name of the app?', '--name', name),
        })
        const operator = { type: 'operator', app } as const
        const { value: publishable } = await core.keys.create(operator, {
          kind: 'publishable',
          name: 'first',
        })
        const { value: secret } = await core.keys.create(operator, { kind: 'secret', name: 'first' })
        cli.out.result({ app: appRow(app), publishable_key: publishable, secret_key: secret }, () =>
          [
            `app              ${app.id}`,
            `publishable key  ${publishable}`,
            `secret key       ${secret}`,
          ].join('\n'),
        )
        cli.out.note('The keys are shown this once.')
        cli.out.next(`replyhq admin agents add --app ${app.id} --role owner`)
      }),
    )
}

function remove(cli: Cli) {
  const examples = ['admin apps remove app_…', 'admin apps remove app_… --confirm "Acme Shop"']
  return command('remove', 'Delete an app with all its conversations, contacts and keys', examples)
    .argument('<id>', 'the app')
    .option('--confirm <name>', 'the name of the app, instead of being asked to type it')
    .action((id: string, { confirm }: { confirm?: string }) =>
      withOperator(cli, id, async (core, operator) => {
        const { name } = operator.app
        await cli.ask.confirmName(`This deletes everything in ${name}, for ever.`, name, confirm)
        await core.apps.remove(operator)
        cli.out.result({ removed: id }, () => `Deleted ${id}.`)
      }),
    )
}
