import type { Cli } from '../cli.js'
import { command } from '../command.js'
import { listGroup } from '../group.js'
import { prepareDataFolder } from '../instance.js'
import { copyCommand } from './migrate/copy.js'

/** `replyhq migrate`: brings the database to this version. */
export function migrateCommand(cli: Cli) {
  const examples = ['migrate', 'migrate status', 'migrate --data /srv/replyhq']
  return listGroup('migrate', 'Bring the database to this version', examples, [
    up(cli),
    status(cli),
    copyCommand(cli),
  ])
}

function up(cli: Cli) {
  return command('up', 'Apply what is missing; a SQLite file is copied before', ['migrate up']).action(
    async () => {
      const { migrate } = await import('../../server/migrations.js')
      const { databaseUrl, data } = cli.settings().config
      prepareDataFolder(data)
      const { applied, copy } = await cli.progress('Migrating', () => migrate(databaseUrl))
      cli.out.result({ applied, copy: copy ?? null }, () =>
        applied.length === 0
          ? 'Nothing to do: the database is up to date.'
          : `Applied ${applied.join(', ')}.`,
      )
      if (copy !== undefined) cli.out.note(`A copy of the database as it was before lies in ${copy}.`)
    },
  )
}

function status(cli: Cli) {
  return command('status', 'Show which migrations are applied and which are missing', [
    'migrate status --json',
  ]).action(async () => {
    const { migrationStatus } = await import('../../server/migrations.js')
    const { applied, pending, unknown } = await migrationStatus(cli.settings().config.databaseUrl)
    const rows = [
      ...applied.map((name) => ({ name, state: 'applied' })),
      ...pending.map((name) => ({ name, state: 'pending' })),
      ...unknown.map((name) => ({ name, state: 'unknown' })),
    ]
    cli.out.list('migrations', rows, (row) => row.name, [
      { title: 'migration', text: (row) => row.name },
      { title: 'state', text: (row) => row.state },
    ])
    if (pending.length > 0) cli.out.next('replyhq migrate up')
  })
}
