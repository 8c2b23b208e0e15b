import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Config, InstanceSecrets } from '../config.js'
import type { Loggers } from '../logger.js'
import { settleConfiguredWebhook } from './configured-webhook.js'
import { type Instance, type Overrides, openInstance } from './context.js'
import type { FirstInstallation } from './core/apps/setup.js'
import { createHttp } from './http/http.js'
import { listen } from './http/listen.js'
import { createSocketsOnlyServer } from './http/sockets-only.js'
import { startJobs } from './jobs.js'
import { createSockets } from './sockets.js'
import { migrate } from './store/migrate.js'
import { Teardown } from './teardown.js'

export interface StartOptions {
  config: Config
  secrets: InstanceSecrets
  loggers: Loggers
  /** The owner of a new installation; the password is made when absent. */
  owner?: { email: string; name: string; password?: string }
  overrides?: Overrides
  /** Told once that the database takes nothing any more: the process must end and start again. */
  broken?: (error: Error) => void
}

/** A server that listens. Disposing of it stops in order: no new work, then sockets, jobs and the store. */
export interface RunningServer extends AsyncDisposable {
  /** The address it really listens on. */
  url: string
  port: number
  /** The address of the port that carries sockets alone; null where there is none. */
  socketsUrl: string | null
  instance: Instance
  /** What a new installation must be told, once; null when the instance was there. */
  first: FirstInstallation | null
}

// Longer than the minute for which proxies and balancers keep theirs: who closes first must be them, or a request that
// is on its way at that moment is lost (as 502). Node closes after 5 s.
const keepAliveTimeout = 75_000

const defaultOwner = { email: 'owner@localhost', name: 'Owner' }

/** Brings a server up. Throws an Error with a sentence for the operator; nothing stays open then. */
export async function start(options: StartOptions): Promise<RunningServer> {
  const opened = new Teardown()
  try {
    const started = await open(options, opened)
    return { ...started, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
  } catch (error) {
    await opened[Symbol.asyncDispose]()
    throw error
  }
}

async function open(
  options: StartOptions,
  opened: Teardown,
): Promise<Omit<RunningServer, typeof Symbol.asyncDispose>> {
  const { config, loggers } = options
  if (config.migrate) await migrate(config.databaseUrl)
  const { secrets, overrides, broken = () => {} } = options
  const instance = opened.use(
    await openInstance(config, secrets, loggers, overrides, { exclusive: true, broken }),
  )
  const first = await instance.core.setup.first(options.owner ?? defaultOwner)
  await settleConfiguredWebhook(config, secrets, instance.context, loggers)
  opened.use(startJobs(instance, loggers))
  opened.use(instance.core.botEngine.start())
  opened.use(instance.core.dispatcher.start())
  opened.use(instance.core.pushDispatcher.start())
  logPush(instance, loggers)
  const http = createHttp(instance, loggers, secrets.metricsToken)
  const server = createServer({ requestTimeout: 30_000, keepAliveTimeout }, http.handler)
  const socketsOnly = config.wsPort === undefined ? null : createSocketsOnlyServer(instance, loggers)
  const sockets = createSockets(
    socketsOnly === null ? [server] : [server, socketsOnly],
    instance,
    http,
    loggers,
  )
  opened.defer(() => sockets.close())
  if (config.legacyWs) await openLegacy(server, instance, loggers, opened)
  const port = await listen(server, { host: config.host, port: config.port, setting: '--port' })
  const socketsUrl = socketsOnly === null ? null : await listenForSockets(socketsOnly, config)
  // The first to end: whoever waits for events would hold up the others.
  opened.defer(async () => instance.core.events.close())
  http.ready()
  const url = addressOf(config.host, port)
  loggers.server.info({ url, ...(socketsUrl === null ? {} : { socketsUrl }) }, 'listening')
  return { url, port, socketsUrl, instance, first }
}

function logPush({ context: { pushSender } }: Instance, { delivery }: Loggers): void {
  const services = { firebase: pushSender.serves('fcm'), web: pushSender.serves('web') }
  if (pushSender.enabled) delivery.info(services, 'push notifications are on')
  else delivery.info('push notifications are off: set PUSH_FCM_SERVICE_ACCOUNT_FILE or PUSH_VAPID_SUBJECT')
}

const listenForSockets = async (server: Server, { host, wsPort = 0 }: Config): Promise<string> =>
  addressOf(host, await listen(server, { host, port: wsPort, setting: 'WS_PORT' }))

/** The raw WebSocket of older clients; its libraries are loaded only for it. */
async function openLegacy(
  server: Server,
  { config, context }: Instance,
  loggers: Loggers,
  opened: Teardown,
): Promise<void> {
  const { serveLegacy } = await import('./realtime/legacy/index.js')
  const ownUrl = () => addressOf(ownHost(config.host), (server.address() as AddressInfo).port)
  const { clock, measure } = context
  const legacy = serveLegacy(server, { config, clock, measure, logger: loggers.sockets, ownUrl })
  opened.defer(async () => legacy.close())
}

/** Where a server that listens on every address finds itself. */
const ownHost = (host: string) => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host)

const addressOf = (host: string, port: number) => `http://${host.includes(':') ? `[${host}]` : host}:${port}`
