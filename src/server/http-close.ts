import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** What is under way gets this long to end by itself. */
const graceMs = 2_000

const connectionsOf = new WeakMap<Server, Set<Socket>>()

/** Remembers connections, because a server forgets those that became WebSockets and yet waits for them. */
export function rememberConnections(server: Server): void {
  const connections = new Set<Socket>()
  connectionsOf.set(server, connections)
  server.on('connection', (connection) => {
    connections.add(connection)
    connection.once('close', () => connections.delete(connection))
  })
}

/** Listens no longer, and settles when the last connection has gone: by itself, or cut after the grace. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const cutting = setTimeout(() => {
    for (const connection of connectionsOf.get(server) ?? []) connection.destroy()
  }, graceMs)
  await closed
  clearTimeout(cutting)
}
