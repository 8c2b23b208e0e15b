import { readLocalConnection } from '../../config.js'
import type { App } from '../../server/core/model.js'
import type { Cli } from '../cli.js'
import { CommandError } from '../errors.js'
import { withInstance } from '../instance.js'
import { answers } from './reachable.js'

/** The address that the server of the data folder left there. Errors: `not_reachable`. */
export async function runningServer(cli: Cli): Promise<string> {
  const url = readLocalConnection(cli.settings().config.data)?.url ?? null
  if (url !== null && (await answers(url))) return url
  const message = url === null ? 'No server has run in this data folder yet.' : `No server answers at ${url}.`
  throw new CommandError(
    'not_reachable',
    message,
    'Start it with replyhq serve, or name its folder with --data.',
  )
}

/** Removes a drill's app; says why and what to do where that is not possible, and gives false. */
export async function removeApp(cli: Cli, app: App): Promise<boolean> {
  try {
    await withInstance(cli, ({ core }) => core.drills.end(app))
    return true
  } catch (error) {
    const { message } = error as Error
    cli.streams.stderr.write(`The app ${app.id} could not be removed: ${message}\n`)
    cli.out.next('replyhq drill --clean   # removes it')
    return false
  }
}

/** Removes what drills have left that were killed. */
export async function cleanUp(cli: Cli, yes: true | undefined): Promise<void> {
  const left = await withInstance(cli, ({ core }) => core.drills.leftovers())
  const ids = left.map(({ id }) => id)
  if (ids.length > 0)
    await cli.ask.confirm(`This removes ${ids.join(', ')}, also of a drill that runs now.`, yes)
  await withInstance(cli, async ({ core }) => {
    for (const app of left) await core.drills.end(app)
  })
  cli.out.result({ removed: ids }, () =>
    ids.length === 0 ? 'No drill has left anything.' : `Removed ${ids.join(', ')}.`,
  )
}
