import { type LocalConnection, loadClientSettings, readLocalConnection } from '../config.js'
import type { Cli } from './cli.js'
import { readToken } from './desk/open.js'
import { CommandError } from './errors.js'

interface GivenByAgent {
  readonly url?: string
  readonly app?: string
  readonly email?: string
  readonly tokenFile?: string
}

/** The server that agents sign in to: as told, else the one of this machine's data folder. */
export async function findServer(cli: Cli, given: GivenByAgent) {
  const environment = loadClientSettings()
  const url = given.url ?? environment.url
  const here = url === undefined ? localConnection(cli) : undefined
  return {
    url: url ?? here?.url ?? defaultUrl(cli),
    appId: given.app ?? environment.appId,
    email: given.email ?? here?.ownerEmail ?? undefined,
    token: (await readToken(cli, given.tokenFile)) ?? environment.token,
  }
}

/** The app that a visitor writes to: as told, else the one of this machine's data folder. */
export function findApp(cli: Cli, given: { url?: string; app?: string; key?: string }) {
  const environment = loadClientSettings()
  const here = localConnection(cli)
  const url = given.url ?? environment.url ?? here?.url ?? defaultUrl(cli)
  const appId = given.app ?? environment.appId ?? here?.appId
  const apiKey = given.key ?? environment.apiKey ?? here?.publishableKey
  if (appId && apiKey) return { url, appId, apiKey }
  const hint =
    'Give --app and --key, or run it beside the data folder of the server, or name that with --data.'
  throw new CommandError('missing_answer', 'Which app is meant is not known.', hint)
}

/** What the server of the data folder left for programs on the same machine. */
const localConnection = (cli: Cli): LocalConnection | undefined =>
  readLocalConnection(cli.settings().config.data)

function defaultUrl(cli: Cli): string {
  const { host, port } = cli.settings().config
  return `http://${host}:${port}`
}
