import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../../../config.js'
import type { Plan, Step } from '../../../server/core/apps/plan.js'
import type { Cli } from '../../cli.js'
import { command, dryRunOption, yesOption } from '../../command.js'
import { prepareDataFolder, withInstance } from '../../instance.js'
import { parsePlan } from '../../plan/plan.js'
import { readText } from '../../plan/read-beside.js'
import { rememberApplied } from '../../plan/remember.js'

interface Options {
  file: string
  dryRun?: boolean
  yes?: boolean
}

/** `replyhq admin apply`: an installation as reviewable text. */
export function applyCommand(cli: Cli) {
  const examples = [
    'admin apply -f instance.yaml --dry-run',
    'admin apply -f instance.yaml --yes --json',
    'admin apply -f - --yes < instance.yaml',
  ]
  return command(
    'apply',
    'Make apps, keys and agents as a file says; what it does not name is left alone',
    examples,
  )
    .requiredOption('-f, --file <file>', 'YAML or JSON; - is standard input')
    .addOption(dryRunOption())
    .addOption(yesOption())
    .action(async ({ file, dryRun, yes }: Options) => {
      const { text, folder } = await readText(cli.streams, file)
      const plan = parsePlan(text, folder)
      const planned = await preview(cli, plan)
      if (dryRun || planned.length === 0) return report(cli, planned, dryRun ?? false)
      if (!yes) for (const step of planned) cli.out.note(describe(step))
      await cli.ask.confirm(`Apply ${planned.length} changes?`, yes)
      const { config } = cli.settings()
      prepareDataFolder(config.data)
      const { migrate } = await import('../../../server/migrations.js')
      await migrate(config.databaseUrl)
      const done = await cli.progress('Applying', () =>
        withInstance(cli, ({ core }) => core.provision(plan, false)),
      )
      rememberApplied(config, plan, done)
      report(cli, done, false)
    })
}

/** What would be done. Where there is no database yet, an empty one elsewhere answers, so that nothing is made. */
async function preview(cli: Cli, plan: Plan): Promise<Step[]> {
  if (hasDatabase(cli.settings().config)) return withInstance(cli, ({ core }) => core.provision(plan, true))
  const folder = mkdtempSync(join(tmpdir(), 'replyhq-dry-run-'))
  const { migrate } = await import('../../../server/migrations.js')
  try {
    await migrate(join(folder, 'replyhq.db'))
    return await withInstance(cli, ({ core }) => core.provision(plan, true), folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const hasDatabase = ({ databaseUrl }: Config) =>
  /^postgres(ql)?:/.test(databaseUrl) || existsSync(databaseUrl)

function report(cli: Cli, steps: readonly Step[], dryRun: boolean): void {
  cli.out.result({ dry_run: dryRun, steps }, () =>
    steps.length === 0 ? 'Nothing to do: everything is as the file says.' : steps.map(describe).join('\n'),
  )
  if (dryRun && steps.length > 0) cli.out.note('Nothing was changed: leave --dry-run out to do it.')
}

function describe({ action, kind, target, shown }: Step): string {
  const secrets = Object.entries(shown ?? {}).map(
    ([name, value]) => `\n  ${name}  ${value}   (shown this once)`,
  )
  return `${action} ${kind.replace('_', ' ')} ${target}${secrets.join('')}`
}
