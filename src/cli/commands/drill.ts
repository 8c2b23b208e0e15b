import type { Cli } from '../cli.js'
import { command, yesOption } from '../command.js'
import { cleanUp, removeApp, runningServer } from '../drill/installation.js'
import { Interruption } from '../drill/interruption.js'
import { answers } from '../drill/reachable.js'
import { runDrill } from '../drill/run.js'
import { showVerdict } from '../drill/verdict.js'
import { ExitCode } from '../errors.js'
import { exitCodes } from '../exit-codes.js'
import { withInstance } from '../instance.js'

/** `replyhq drill`: tries the promises out on the running server of this data folder. */
export function drillCommand(cli: Cli) {
  const examples = ['drill', 'drill --yes --json', 'drill --clean']
  const description = 'Try the running server out with an app of its own, and remove that again'
  return command('drill', description, examples)
    .addOption(yesOption())
    .option('--clean', 'only remove what drills have left that were killed')
    .action(({ yes, clean }: { yes?: true; clean?: true }) => (clean ? cleanUp(cli, yes) : drill(cli, yes)))
}

async function drill(cli: Cli, yes: true | undefined): Promise<void> {
  const url = await runningServer(cli)
  const question = `This makes an app on ${url}, writes about 110 messages in it and removes it. Go on?`
  await cli.ask.confirm(question, yes)
  using interruption = new Interruption()
  const scene = await withInstance(cli, ({ core }) => core.drills.begin())
  const outcome = await cli.progress('Drilling', (tell) => runDrill(url, scene, interruption.signal, tell))
  const kept = outcome.checks.every((check) => check.passed)
  const gone = !kept && !(await answers(url))
  const removed = await removeApp(cli, scene.app)
  if (interruption.exitCode !== null) {
    if (removed) cli.out.note('Interrupted; the app of the drill is removed.')
    throw new ExitCode(interruption.exitCode)
  }
  showVerdict(cli.out, { passed: kept && removed, app_id: scene.app.id, removed, ...outcome })
  if (gone) cli.out.note(`The server at ${url} does not answer any more.`)
  if (gone) throw new ExitCode(exitCodes.notReachable)
  if (!kept || !removed) throw new ExitCode(exitCodes.failed)
}
