import type { Server, Socket } from 'socket.io'
import type { Logger } from '../../logger.js'

type Connection = Socket['conn']

/** Measured at every so many waiting packets, because measuring looks at all of them. */
const measuredEvery = 8

/**
 * Ends connections that do not read what they are sent. They answer pings and stay for ever otherwise: twenty
 * of them took 100 MB.
 */
export function watchWaiting(server: Server, maximumBytes: number, logger: Logger): void {
  // A shared function with `this`, because a closure for each connection is memory for each connection.
  function check(this: Connection): void {
    const { length } = waitingOf(this)
    if (length === 0 || length % measuredEvery !== 0 || waitingBytes(this) <= maximumBytes) return
    logger.warn({ address: this.remoteAddress }, 'a connection that does not read was cut')
    cut(this)
  }
  server.engine.on('connection', (connection: Connection) => connection.on('packetCreate', check))
}

interface Waiting {
  length: number
  [Symbol.iterator](): Iterator<{ data?: unknown }>
}

const waitingOf = (connection: Connection): Waiting =>
  (connection as unknown as { writeBuffer: Waiting }).writeBuffer

/** The library's queue, and what is written but not yet taken by the network. */
function waitingBytes(connection: Connection): number {
  let bytes = webSocketOf(connection)?.bufferedAmount ?? 0
  for (const { data } of waitingOf(connection)) bytes += typeof data === 'string' ? data.length : 0
  return bytes
}

/** At once: a closing handshake would wait for an answer that a stuck client does not give. */
function cut(connection: Connection): void {
  const webSocket = webSocketOf(connection)
  if (webSocket === undefined) connection.close(true)
  else webSocket.terminate()
}

interface RawWebSocket {
  readonly bufferedAmount: number
  terminate(): void
}

/** Undefined for long polling. */
function webSocketOf(connection: Connection): RawWebSocket | undefined {
  return (connection.transport as unknown as { socket?: RawWebSocket }).socket
}
