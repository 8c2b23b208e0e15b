import { type Command, Option } from 'commander'
import type { AdminClient } from '../../client/index.js'
import type { Cli } from '../cli.js'
import { appOption } from '../command.js'
import { type DeskOptions, tokenFileOption, withClient } from '../desk/open.js'
import { CommandError } from '../errors.js'
import { exitCodeOf, exitCodes } from '../exit-codes.js'

/** Adds the options of a command that follows the events of a running server. */
export function onEvents(command: Command): Command {
  return command
    .option('--since <cursor>', 'also what came after this place; without it only what is still to come')
    .addOption(appOption())
    .addOption(new Option('--url <address>', 'the server; on its own machine it is found'))
    .addOption(tokenFileOption())
}

/** Works with a client of a running server, and says so where there is none. */
export function withEvents<Result>(
  cli: Cli,
  options: DeskOptions,
  work: (client: AdminClient) => Promise<Result>,
): Promise<Result> {
  return withClient(cli, options, async (client) => {
    try {
      return await work(client)
    } catch (error) {
      throw withoutServer(error) ?? error
    }
  })
}

function withoutServer(error: unknown): CommandError | null {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return null
  if (exitCodeOf(error.code) !== exitCodes.notReachable) return null
  const hint = 'Events come from a running server: start one with replyhq serve, or name it with --url.'
  return new CommandError('not_reachable', error.message, hint)
}
