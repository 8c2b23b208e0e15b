import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Config, InstanceSecrets } from '../config.js'
import type { Loggers } from '../logger.js'
import { type Instance, type Overrides, openInstance } from './context.js'
import type { FirstInstallation } from './core/setup.js'
import { createHttp } from './http.js'
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
  /** False leaves the schema alone: it must be current then. */
  migrate?: boolean
  overrides?: Overrides
  /** Told once that the database takes nothing any more: the process must end and start again. */
  broken?: (error: Error) => void
}

/** A server that listens. Disposing of it stops in order: no new work, then sockets, jobs and the store. */
export interface RunningServer extends AsyncDisposable {
  /** The address it really listens on. */
  url: string
  port: number
  instance: Instance
  /** What a new installation must be told, once; null when the instance was there. */
  first: FirstInstallation | null
}

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
  if (options.migrate ?? true) await migrate(config.databaseUrl)
  const { secrets, overrides, broken = () => {} } = options
  const instance = opened.use(
    await openInstance(config, secrets, loggers, overrides, { exclusive: true, broken }),
  )
  const first = await instance.core.setup.first(options.owner ?? defaultOwner)
  opened.use(startJobs(instance, loggers))
  opened.use(instance.core.botEngine.start())
  const http = createHttp(instance, loggers)
  const server = createServer({ requestTimeout: 30_000 }, http.handler)
  const sockets = createSockets(server, instance, http, loggers)
  opened.defer(() => sockets.close())
  if (config.legacyWs) await openLegacy(server, instance, loggers, opened)
  const port = await listen(server, config)
  http.ready()
  const url = addressOf(config.host, port)
  loggers.server.info({ url }, 'listening')
  return { url, port, instance, first }
}

/** The raw WebSocket of older clients; its libraries are loaded only for it. */
async function openLegacy(
  server: Server,
  { config, context }: Instance,
  loggers: Loggers,
  opened: Teardown,
): Promise<void> {
  const { serveLegacy } = await import('./realtime/legacy/index.js')
  const ownUrl = () => addressOf(ownHost(config.host), (server.address() as AddressInfo).port)
  const legacy = serveLegacy(server, { config, clock: context.clock, logger: loggers.sockets, ownUrl })
  opened.defer(async () => legacy.close())
}

/** Where a server that listens on every address finds itself. */
const ownHost = (host: string) => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host)

const addressOf = (host: string, port: number) => `http://${host.includes(':') ? `[${host}]` : host}:${port}`

function listen(server: Server, { host, port }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)))
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const place = `${host}:${port}`
  if (error.code === 'EADDRINUSE')
    return new Error(`${place} is taken by another program. Stop it, or choose another port with --port.`, {
      cause: error,
    })
  if (error.code === 'EACCES')
    return new Error(`Listening on ${place} is not allowed. Choose a port above 1023 with --port.`, {
      cause: error,
    })
  return new Error(`Cannot listen on ${place}: ${error.message}. Check --host and --port.`, { cause: error })
}
