import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { AdminClient } from '../../client/index.js'
import { loadClientSettings, readLocalConnection } from '../../config.js'
import type { Cli } from '../cli.js'
import { appOption } from '../command.js'
import { CommandError } from '../errors.js'
import { withOperator } from '../instance.js'
import type { Desk } from './desk.js'
import { localDesk } from './local.js'
import { remoteClient, remoteDesk } from './remote.js'

/** Options of every command that works on a running server or on the data folder. */
export interface DeskOptions {
  readonly app?: string
  readonly url?: string
  readonly tokenFile?: string
}

/** Adds the options that say where to work. */
export function onDesk(command: Command): Command {
  return command
    .addOption(appOption())
    .addOption(new Option('--url <address>', 'a running server; without it the data folder of this machine'))
    .addOption(tokenFileOption())
}

/** A token never stands in argv, where every user of the machine could read it. */
export const tokenFileOption = () =>
  new Option(
    '--token-file <file>',
    'a file with a token or secret key; - is standard input; or set REPLYHQ_TOKEN',
  )

/** Works on the server that the options or the environment name, else on the data folder. */
export async function withDesk<Result>(
  cli: Cli,
  options: DeskOptions,
  work: (desk: Desk) => Promise<Result>,
): Promise<Result> {
  const given = loadClientSettings()
  const token = (await readToken(cli, options.tokenFile)) ?? given.token
  const url = options.url ?? given.url
  if (url === undefined && token === undefined) {
    return withOperator(cli, options.app, (core, operator) => work(localDesk(core, operator)))
  }
  const appId = options.app ?? given.appId
  return cli.progress('Asking the server', async () =>
    work(await remoteDesk({ ...accessOf(cli, url, token), appId })),
  )
}

/** Works with a client of the running server that the options or the environment name, or of the data folder's. */
export async function withClient<Result>(
  cli: Cli,
  options: DeskOptions,
  work: (client: AdminClient) => Promise<Result>,
): Promise<Result> {
  const given = loadClientSettings()
  const token = (await readToken(cli, options.tokenFile)) ?? given.token
  const access = accessOf(cli, options.url ?? given.url, token)
  const appId = options.app ?? given.appId ?? access.appId
  if (appId === undefined && access.token.startsWith('sk_'))
    throw new CommandError('missing_answer', 'A secret key has to say of which app it is.', 'Give --app.')
  return work(await remoteClient({ ...access, appId }))
}

function accessOf(
  cli: Cli,
  url: string | undefined,
  token: string | undefined,
): { url: string; token: string; appId?: string } {
  if (token === undefined) {
    const hint = 'Set REPLYHQ_TOKEN or REPLYHQ_TOKEN_FILE, or give --token-file.'
    throw new CommandError('missing_answer', 'A running server asks for a token or a secret key.', hint)
  }
  if (url !== undefined) return { url, token }
  const here = readLocalConnection(cli.settings().config.data)
  if (here?.url) return { url: here.url, token, appId: here.appId ?? undefined }
  throw new CommandError(
    'missing_answer',
    'Which server is meant is not known.',
    'Give --url, or set REPLYHQ_URL.',
  )
}

/** The token in a file, or in standard input. */
export async function readToken(cli: Cli, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  if (file === '-') return cli.ask.secretFromStdin()
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new CommandError('not_found', `The token cannot be read: ${(error as Error).message}.`)
  }
}
