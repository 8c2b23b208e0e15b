import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { provideSecrets } from '../config.js'
import type { Instance } from '../server/context.js'
import type { Core } from '../server/core/index.js'
import type { App } from '../server/core/model.js'
import type { Operator } from '../server/core/principal.js'
import type { Cli } from './cli.js'
import { CommandError } from './errors.js'

/** Makes the data folder, if need be, for its owner alone: it will hold what people write in confidence. */
export function prepareDataFolder(data: string): void {
  mkdirSync(data, { recursive: true, mode: 0o700 })
}

/** Opens the instance of the data folder (or of `folder`) for one command, and closes it afterwards. */
export async function withInstance<Result>(
  cli: Cli,
  work: (instance: Instance) => Promise<Result>,
  folder?: string,
): Promise<Result> {
  const { config, secrets } = cli.settings(
    folder === undefined ? {} : { data: folder, databaseUrl: join(folder, 'replyhq.db') },
  )
  assertThere(config.databaseUrl, config.data)
  const level = cli.options.verbose ? 'debug' : 'error'
  const { createLoggers } = await import('../logger.js')
  const loggers = createLoggers({ level, pretty: cli.streams.stderr.isTTY === true })
  const { openInstance } = await import('../server/context.js')
  await using instance = await openInstance(config, provideSecrets(config.data, secrets), loggers)
  return await work(instance)
}

/** The same, as the operator of one app: the one named, or the only one there is. */
export function withOperator<Result>(
  cli: Cli,
  appId: string | undefined,
  work: (core: Core, operator: Operator) => Promise<Result>,
): Promise<Result> {
  return withInstance(cli, async ({ core }) =>
    work(core, { type: 'operator', app: await chooseApp(core, appId) }),
  )
}

// Opening would make an empty database where somebody only mistyped a folder.
function assertThere(databaseUrl: string, data: string): void {
  if (/^postgres(ql)?:/.test(databaseUrl) || existsSync(databaseUrl)) return
  const hint = 'Start the server here with replyhq serve, or name the right folder with --data.'
  throw new CommandError('not_found', `There is no ReplyHQ data in ${data}.`, hint)
}

async function chooseApp(core: Core, appId: string | undefined): Promise<App> {
  const apps = await core.apps.list()
  const candidates = appId === undefined ? apps : apps.filter((app) => app.id === appId)
  const [app] = candidates
  const hint = 'replyhq admin apps lists the apps, replyhq admin apps add makes one.'
  if (app === undefined)
    throw new CommandError('not_found', appId ? `There is no app ${appId}.` : 'There is no app yet.', hint)
  if (candidates.length > 1)
    throw new CommandError('missing_answer', 'There are several apps.', `Name one with --app. ${hint}`)
  return app
}
