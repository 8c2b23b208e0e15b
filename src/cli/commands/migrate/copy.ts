import { databaseNamed } from '../../../config.js'
import type { CopiedTable, CopyProgress } from '../../../server/migrations.js'
import type { Cli } from '../../cli.js'
import { command } from '../../command.js'

const barCells = 20

/** `replyhq migrate copy`: an installation moves to the other kind of database. */
export function copyCommand(cli: Cli) {
  const examples = [
    'migrate copy --to postgres://replyhq@db.internal/replyhq',
    'migrate copy --to ./replyhq-data/replyhq.db',
  ]
  return command('copy', 'Copy everything into another, empty database, and compare', examples)
    .requiredOption(
      '--to <database>',
      'postgres://… (a password from PGPASSWORD) or the path of a SQLite file',
    )
    .option('--restart', 'throw an unfinished copy away and begin again')
    .action(async ({ to, restart }: { to: string; restart?: boolean }) => {
      const { copyDatabase } = await import('../../../server/migrations.js')
      const target = databaseNamed('--to', to)
      const { databaseUrl: from } = cli.settings().config
      const tables = await cli.progress('Copying', (tell) =>
        copyDatabase({
          from,
          to: target,
          restart: restart ?? false,
          onProgress: (step) => tell(bar(step), tenth(step)),
        }),
      )
      cli.out.list('tables', tables.filter(hasRows), ({ table }) => table, [
        { title: 'table', text: ({ table }) => table },
        { title: 'rows', text: ({ rows }) => String(rows) },
        { title: 'checksum', text: ({ checksum }) => checksum.slice(0, 12) },
      ])
      cli.out.note('Every row is there, and the checksums of both databases are the same.')
      cli.out.next('replyhq serve, with DATABASE_URL set to the new database')
    })
}

const hasRows = ({ rows }: CopiedTable) => rows > 0

const shareOf = ({ done, total }: CopyProgress): number => (total === 0 ? 1 : Math.min(1, done / total))
const wordOf = ({ doing }: CopyProgress): string => (doing === 'copying' ? 'Copying' : 'Comparing')

function bar(progress: CopyProgress): string {
  const share = shareOf(progress)
  const full = Math.round(share * barCells)
  const percent = Math.floor(share * 100)
  return `${'█'.repeat(full)}${'░'.repeat(barCells - full)} ${percent} % · ${wordOf(progress)} ${progress.table}`
}

/** What a log gets a line for. */
const tenth = (progress: CopyProgress): string =>
  `${wordOf(progress)}: ${Math.floor(shareOf(progress) * 10) * 10} %`
