import type { Server as HttpServer } from 'node:http'
import { Server, type ServerOptions } from 'socket.io'
import type { Config } from '../config.js'
import type { Loggers } from '../logger.js'
import type { Instance } from './context.js'
import { isOfAllKinds, isOfApp } from './core/gaps.js'
import type { Clock } from './core/ports.js'
import type { Http } from './http/http.js'
import { closeServer, rememberConnections } from './http/http-close.js'
import { protocols } from './protocols/index.js'
import type { Face } from './protocols/protocol.js'
import type { EventServices } from './protocols/serve-events.js'
import { Admissions } from './realtime/admissions.js'
import { AppsHere } from './realtime/apps-here.js'
import { sayFarewell } from './realtime/farewell.js'
import { createHub } from './realtime/hub.js'
import { originCheck } from './realtime/origins.js'
import { tunedOptions } from './realtime/tuned-engine.js'
import { UnderWay } from './realtime/under-way.js'
import { watchWaiting } from './realtime/waiting.js'

export interface Sockets {
  /** Takes nobody in any more, answers what was asked, cuts all connections, and settles when every trace of them is gone. */
  close(): Promise<void>
}

/** How often credentials that have run out are looked for. */
const expiryCheckMs = 1_000

/** Every protocol's Socket.IO servers: one for each path, on the ports of all these HTTP servers. */
export function createSockets(
  [http, ...further]: readonly [HttpServer, ...HttpServer[]],
  instance: Instance,
  web: Http,
  loggers: Loggers,
): Sockets {
  const { config, core, context } = instance
  const report = instance.outage.sparing((error, doing) =>
    loggers.sockets.error({ err: error }, `failed: ${doing}`),
  )
  const { visitorMessages: points, visitorMessagesWindow: windowMs } = config.limits
  const underWay = new UnderWay()
  const { clock } = context
  const services: EventServices = { core, clock, messages: { points, windowMs }, underWay, report }
  const hub = createHub(core, instance.fanOutNotes, report)
  instance.metrics?.watch(({ connections }) => {
    connections.reset()
    for (const { path, namespace, count } of hub.counts()) connections.inc({ path, namespace }, count)
  })
  const ports = [http, ...further]
  for (const port of ports) rememberConnections(port)
  const admissions = new Admissions(services, new AppsHere(context.bus))
  const faces = groupBy(
    protocols.flatMap((protocol) => protocol.faces),
    ({ path }) => path,
  )
  const servers = [...faces].map(([path, onPath]) => {
    const server = new Server(http, optionsOf(path, config))
    for (const port of further) server.engine.attach(port, { path })
    watchWaiting(server, config.sockets.maximumWaiting, loggers.sockets)
    openNamespaces(server, onPath, (namespace, sharing) => {
      admissions.guard(
        namespace,
        sharing.map((face) => hub.add(face, namespace)),
      )
    })
    return server
  })
  const unsubscribe = context.bus.subscribe((event) => {
    if (event.type === 'access.changed') admissions.endThose(event)
    else if (core.tracing === null || event.trace === undefined) hub.deliver(event)
    else core.tracing.span(`fan out ${event.type}`, {}, () => hub.deliver(event), event.trace)
  })
  const stopResync = context.bus.onGap((gap) => {
    hub.resync(gap)
    if (isOfAllKinds(gap))
      admissions
        .endOutdated((appKey) => isOfApp(gap, appKey))
        .catch((error) => report(error, 'looking at credentials'))
  })
  const stopChecking = repeatedly(clock, expiryCheckMs, () => admissions.endExpired())

  return {
    async close() {
      web.draining()
      stopChecking()
      const closed = Promise.all(ports.map(closeServer))
      await sayFarewell(servers, underWay)
      await admissions.settled()
      unsubscribe()
      stopResync()
      await closed
    },
  }
}

const optionsOf = (path: string, config: Config): Partial<ServerOptions> => ({
  path,
  serveClient: false,
  connectTimeout: config.sockets.connectTimeout,
  pingInterval: config.sockets.pingInterval,
  pingTimeout: config.sockets.pingTimeout,
  maxHttpBufferSize: config.sockets.maximumPayload,
  // Compression multiplies the cost of a broadcast by four and takes 230 KB a connection.
  perMessageDeflate: false,
  allowRequest: originCheck(config),
  ...(config.sockets.tuned ? tunedOptions : {}),
  cors: { origin: config.allowedOrigins.includes('*') ? '*' : [...config.allowedOrigins] },
})

type Open = (namespace: ReturnType<Server['of']>, sharing: readonly Face[]) => void

/** The namespace `/` is there always and lets anyone in: where no protocol lives, it is closed. */
function openNamespaces(server: Server, faces: readonly Face[], open: Open): void {
  const namespaces = groupBy(faces, ({ namespace }) => namespace)
  for (const [name, sharing] of namespaces) open(server.of(name), sharing)
  if (namespaces.has('/')) return
  const names = [...namespaces.keys()].join(' or ')
  server.of('/').use((_socket, next) => next(new Error(`There is nothing at /. Connect to ${names}.`)))
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

function repeatedly(clock: Clock, everyMs: number, work: () => void): () => void {
  let cancel = () => {}
  const next = () => {
    cancel = clock.after(everyMs, () => {
      work()
      next()
    })
  }
  next()
  return () => cancel()
}
