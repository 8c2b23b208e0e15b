import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Config, type LocalConnection, readLocalConnection, writeLocalConnection } from '../../config.js'
import type { Logger } from '../../logger.js'
import type { RunningServer } from '../../server/main.js'
import { version } from '../../version.js'
import type { Cli } from '../cli.js'
import { describeWayIn, type WayIn } from '../way-in.js'

/** Says where the server is, and once, after the first start, everything that opens it. */
export function announce(cli: Cli, config: Config, server: RunningServer, logger: Logger): void {
  const wayIn = wayInto(config, server)
  remember(config, server, logger)
  if (cli.streams.stdout.isTTY && !cli.options.json) announceToPeople(cli, config, server, wayIn)
  else cli.out.jsonLine(readyLine(server, wayIn))
}

function wayInto({ publicUrl }: Config, { url, first }: RunningServer): WayIn {
  const address = publicUrl ?? reachable(url)
  return {
    url: address,
    docs: `${address}/docs`,
    app_id: first?.app.id ?? null,
    publishable_key: first?.publishableKey ?? null,
    secret_key: first?.secretKey ?? null,
    owner_email: first?.owner.email ?? null,
    owner_password: first?.password ?? null,
  }
}

// Every address of the machine is one to listen on, not one to connect to.
const reachable = (url: string) => url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')

/** One line in the form of the log, for whoever starts servers without a terminal. */
function readyLine({ port, first }: RunningServer, wayIn: WayIn): object {
  const shown = first === null ? { url: wayIn.url, docs: wayIn.docs } : wayIn
  const head = { level: 'info', time: new Date().toISOString(), name: 'server', msg: 'ready' }
  return { ...head, version, port, first_start: first !== null, ...shown }
}

function announceToPeople(cli: Cli, config: Config, { first }: RunningServer, wayIn: WayIn): void {
  const { out } = cli
  out.data(`${out.colors.bold(`ReplyHQ ${version}`)} serves ${placeOf(config)}\n\n${describeWayIn(wayIn)}\n`)
  if (first === null) return
  out.note('The keys and the password are shown this once.')
  out.next('replyhq tui   # in another terminal: answer your visitors')
  out.next('replyhq chat   # in a third: write as a visitor')
}

/** The data folder, and the database where it is another than the folder's own; without its user and password. */
export function placeOf({ data, databaseUrl }: Pick<Config, 'data' | 'databaseUrl'>): string {
  if (databaseUrl === join(data, 'replyhq.db')) return data
  if (!/^postgres(ql)?:/.test(databaseUrl)) return `${data}, database ${databaseUrl}`
  if (!URL.canParse(databaseUrl)) return `${data}, database Postgres`
  const { protocol, host, pathname } = new URL(databaseUrl)
  return `${data}, database ${protocol}//${host}${pathname}`
}

/** Lets `chat` and `tui` on this machine find the server without flags. On a full disk it serves without that. */
function remember({ data }: Config, { url, first }: RunningServer, logger: Logger): void {
  const known = readLocalConnection(data)
  const connection: LocalConnection = {
    url: reachable(url),
    appId: first?.app.id ?? known?.appId ?? null,
    publishableKey: first?.publishableKey ?? known?.publishableKey ?? null,
    ownerEmail: first?.owner.email ?? known?.ownerEmail ?? null,
  }
  if (isDeepStrictEqual(connection, known)) return
  try {
    writeLocalConnection(data, connection)
  } catch (error) {
    logger.warn({ err: error }, 'chat and tui beside this server need its address: it could not be written')
  }
}
