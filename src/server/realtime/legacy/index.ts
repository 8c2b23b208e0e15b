import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Config } from '../../../config.js'
import type { Logger } from '../../../logger.js'
import type { Measure } from '../../core/ports/measure.js'
import type { Clock } from '../../core/ports.js'
import { originCheck } from '../origins.js'
import { Bridge } from './bridge.js'

export interface LegacyOptions {
  config: Config
  clock: Clock
  logger: Logger
  /** Where this very server is reached from its own machine. */
  ownUrl: () => string
  measure: Measure
}

const path = '/v1/socket.io'
const base = 'http://localhost'
const namespaces: Readonly<Record<string, string>> = {
  '/v1/realtime': '/client',
  '/admin/realtime': '/admin',
}

/**
 * Raw WebSockets for clients that speak no Socket.IO yet. Each costs a second connection inside the server: it is
 * for the time of moving on, so each is logged.
 */
export function serveLegacy(
  http: Server,
  { config, clock, logger, measure, ownUrl }: LegacyOptions,
): { close(): void } {
  const { maximumPayload: maxPayload, maximumWaiting, connectTimeout: authenticationMs } = config.sockets
  const server = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false })
  const bridges = new Set<Bridge>()
  const mayConnect = originCheck(config)

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const target = request.url ?? '/'
    // `GET //[` is no address: a stranger must not end the process with one line.
    if (!URL.canParse(target, base)) return
    const { pathname, searchParams } = new URL(target, base)
    const namespace = namespaces[pathname]
    if (namespace === undefined) return
    mayConnect(request, (_error, allowed) => {
      if (!allowed) return refuse(socket)
      server.handleUpgrade(request, socket, head, (webSocket) => {
        logger.warn({ path: pathname }, 'an older client uses the raw WebSocket; it will go: use Socket.IO')
        measure({ name: 'legacy_connection' })
        const url = ownUrl() + namespace
        const options = { url, path, clock, authenticationMs, maximumWaiting }
        const credentials = searchParams.size === 0 ? null : Object.fromEntries(searchParams)
        const bridge = new Bridge(webSocket, credentials, options)
        bridges.add(bridge)
        webSocket.once('close', () => bridges.delete(bridge))
      })
    })
  }
  http.on('upgrade', upgrade)

  return {
    close() {
      http.off('upgrade', upgrade)
      for (const bridge of bridges) bridge.close()
    },
  }
}

/** Whoever is refused may have gone already, and then writing fails. */
function refuse(stream: Duplex): void {
  stream.on('error', () => stream.destroy())
  stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
}
