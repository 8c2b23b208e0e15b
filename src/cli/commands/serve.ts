import { type Config, type GivenSecrets, provideSecrets } from '../../config.js'
import { createLoggers } from '../../logger.js'
import type { Cli } from '../cli.js'
import { command } from '../command.js'
import { prepareDataFolder } from '../instance.js'
import { announce } from '../serve/announce.js'
import { Ending } from '../serve/ending.js'
import { collectStartGarbage } from '../serve/start-garbage.js'

interface Options {
  host?: string
  port?: string
  publicUrl?: string
  allowedOrigins?: string
  logLevel?: string
  migrate: boolean
}

/** `replyhq serve`: the server. The first start in an empty folder makes everything that is needed. */
export function serveCommand(cli: Cli) {
  const examples = [
    'serve',
    'serve --port 8080 --data /srv/replyhq',
    'serve --host 0.0.0.0 --allowed-origins https://shop.example',
  ]
  return command(
    'serve',
    'Start the server; the first start makes the data, the keys and the owner',
    examples,
  )
    .option('--host <address>', 'the address to listen on; others than loopback ask for --allowed-origins')
    .option('--port <number>', 'the port to listen on; 0 takes a free one')
    .option('--public-url <address>', 'the address by which the world reaches this server')
    .option('--allowed-origins <list>', 'origins of the pages that may connect, parted by commas')
    .option('--no-migrate', 'leave the database as it is: refuse to start where "replyhq migrate" is due')
    .option('--log-level <level>', 'silent, error, warn, info, debug or trace')
    .action((options: Options) => serve(cli, options))
}

async function serve(cli: Cli, flags: Options): Promise<void> {
  // Loaded here, so that no other command waits for the web server's modules.
  const { start } = await import('../../server/main.js')
  // Without the flag there is no word on it, so that the environment and files are asked.
  const { config, secrets } = cli.settings({ ...flags, migrate: flags.migrate ? undefined : false })
  prepareDataFolder(config.data)
  const pretty = cli.streams.stderr.isTTY === true && !cli.options.json
  const loggers = createLoggers({ level: config.logLevel, pretty, color: cli.terminal.color ?? pretty })
  using ending = new Ending()
  await using server = await start({
    config,
    secrets: provideSecrets(config.data, secrets),
    loggers,
    owner: ownerOf(config, secrets),
    broken: (error) => ending.fail(error),
  })
  announce(cli, config, server, loggers.server)
  using _garbage = collectStartGarbage()
  await ending.reached
  loggers.server.info('stopping')
}

function ownerOf({ adminEmail }: Config, { adminPassword }: GivenSecrets) {
  return { email: adminEmail ?? 'owner@localhost', name: 'Owner', password: adminPassword }
}
