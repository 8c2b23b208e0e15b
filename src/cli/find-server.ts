import { type LocalConnection, loadClientSettings, readLocalConnection } from '../config.js'
import type { Cli } from './cli.js'
import { readToken } from './desk/open.js'

interface Given {
  readonly url?: string
  readonly app?: string
  readonly email?: string
  readonly tokenFile?: string
}

/** The server that agents sign in to: as told, else the one of this machine's data folder. */
export async function findServer(cli: Cli, given: Given) {
  const environment = loadClientSettings()
  const here = given.url === undefined && environment.url === undefined ? localConnection(cli) : undefined
  return {
    url: given.url ?? environment.url ?? here?.url ?? defaultUrl(cli),
    appId: given.app ?? environment.appId,
    email: given.email ?? here?.ownerEmail ?? undefined,
    token: (await readToken(cli, given.tokenFile)) ?? environment.token,
  }
}

/** What the server of the data folder left for programs on the same machine. */
export const localConnection = (cli: Cli): LocalConnection | undefined =>
  readLocalConnection(cli.settings().config.data)

/** Where a server of these settings would listen. */
export function defaultUrl(cli: Cli): string {
  const { host, port } = cli.settings().config
  return `http://${host}:${port}`
}
