import type { Server } from 'socket.io'
import type { UnderWay } from './under-way.js'

/** What clients have asked is answered within this time, or stays unanswered. */
const answerMs = 10_000
/** Who does not read gets no more than this for what is still to be sent. */
const sendMs = 500

/**
 * Ends all connections of a server that stops, without a loss: what has begun is answered, what was answered is sent,
 * then the transports are closed. Clients take that for a cut and connect again, to another node; a packet that says
 * "disconnected" would keep them away.
 */
export async function sayFarewell(servers: readonly Server[], underWay: UnderWay): Promise<void> {
  await within(answerMs, underWay.stop())
  const connections = servers.flatMap(({ engine }) => connectionsOf(engine))
  const gone = connections.map(
    (connection) => new Promise<void>((resolve) => connection.once('close', resolve)),
  )
  for (const connection of connections) connection.close()
  await within(sendMs, Promise.all(gone))
  for (const server of servers) server.engine.close()
}

interface EngineSocket {
  /** Sends what waits first. */
  close(): void
  once(event: 'close', listener: () => void): void
}

// Engine.IO keeps them by their ids, in a field that its types hide.
const connectionsOf = (engine: Server['engine']): EngineSocket[] =>
  Object.values((engine as unknown as { clients: Record<string, EngineSocket> }).clients)

// The network knows only the true time, also where a test moves that of the server.
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([work, patience])
  clearTimeout(timer)
}
