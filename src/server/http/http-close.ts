import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A request that is being answered gets this long, so that a large file on a slow line is not lost. */
const answerMs = 10_000
/** A connection that asks for nothing, and one that became a WebSocket, gets this long to be closed in order. */
const farewellMs = 1_000

interface Connections {
  readonly all: Set<Socket>
  /** Requests that are not answered yet. */
  readonly underWay: Set<ServerResponse>
  closing: boolean
}

const connectionsOf = new WeakMap<Server, Connections>()

/**
 * Remembers connections, because a server forgets those that became WebSockets and yet waits for them. Call it before
 * anything else listens for requests.
 */
export function rememberConnections(server: Server): void {
  const connections: Connections = { all: new Set(), underWay: new Set(), closing: false }
  connectionsOf.set(server, connections)
  server.on('connection', (connection) => {
    connections.all.add(connection)
    connection.once('close', () => connections.all.delete(connection))
  })
  server.prependListener('request', (_request, response) => {
    connections.underWay.add(response)
    response.once('close', () => connections.underWay.delete(response))
    if (connections.closing) response.shouldKeepAlive = false
  })
}

/**
 * Listens no longer, and settles when the last connection has gone: by itself, when its request is answered, or cut
 * when its time is over.
 */
export async function closeServer(server: Server): Promise<void> {
  const connections = connectionsOf.get(server)
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  if (connections !== undefined) {
    connections.closing = true
    // Otherwise the other side would ask again over the same connection, and be cut then.
    for (const response of connections.underWay) if (!response.headersSent) response.shouldKeepAlive = false
  }
  const cutting = [
    setTimeout(() => cutIdle(connections), farewellMs),
    setTimeout(() => cut(connections?.all), answerMs),
  ]
  await closed
  for (const timer of cutting) clearTimeout(timer)
}

function cutIdle(connections: Connections | undefined): void {
  const busy = new Set([...(connections?.underWay ?? [])].map(({ socket }) => socket))
  cut([...(connections?.all ?? [])].filter((connection) => !busy.has(connection)))
}

function cut(connections: Iterable<Socket> = []): void {
  for (const connection of connections) connection.destroy()
}
