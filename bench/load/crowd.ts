import { SocketIoConnection } from './socket-io-connection.js'
import { makeVisitor, makeWatcher, type Target, type Visitor, type Watcher } from './targets.js'

/** A connected visitor. */
export interface Sender {
  connection: SocketIoConnection
  readonly visitor: Visitor
  /** How many messages it has sent, which numbers the next one. */
  sent: number
}

/** Visitors of one process have different devices, however many crowds it connects. */
let visitorsMade = 0

/** How many enter at the same time: more than a server's accept queue holds would be turned away. */
const AT_ONCE = 64

/** Connects visitors, each with a conversation of its own when `conversations` says so. */
export function connectVisitors(target: Target, count: number, conversations: boolean): Promise<Sender[]> {
  return inBatches(count, async () => {
    visitorsMade += 1
    const visitor = await makeVisitor(target, visitorsMade, { joined: conversations })
    const connection = new SocketIoConnection(visitor.entrance)
    await connection.entered()
    return { connection, visitor, sent: 0 }
  })
}

/** Enters another node, or the same again, and joins the conversation as a client does that was cut. */
export async function comeBack({ connection, visitor }: Sender, port: number): Promise<SocketIoConnection> {
  connection.close()
  const again = new SocketIoConnection({ ...visitor.entrance, port })
  await again.entered()
  const { conversation_id } = JSON.parse(visitor.message(0)) as { conversation_id: string }
  await ask(again, 'conversation:join', JSON.stringify({ conversation_id }))
  return again
}

/** Sends one event and waits for its acknowledgement. */
export function ask(connection: SocketIoConnection, event: string, argumentsJson: string): Promise<void> {
  return new Promise((resolve) => {
    connection.onAck = () => resolve()
    connection.emit(0, event, argumentsJson)
  })
}

/** Connects watchers of every message; `onMessage` is called for each that one of them gets. */
export async function connectWatchers(
  target: Target,
  count: number,
  onMessage: (watcher: SocketIoConnection, chunk: Buffer, start: number, end: number) => void,
): Promise<SocketIoConnection[]> {
  const watcher = makeWatcher(target)
  return inBatches(count, async () => {
    const connection = new SocketIoConnection(watcher.entrance)
    await connection.entered()
    await subscribe(connection, watcher)
    connection.onEvent = (chunk, start, end) => {
      const name = chunk.toString('latin1', start, start + watcher.messageEvent.length)
      if (name === watcher.messageEvent) onMessage(connection, chunk, start, end)
    }
    return connection
  })
}

async function subscribe(connection: SocketIoConnection, { subscription }: Watcher): Promise<void> {
  if (subscription !== undefined) await ask(connection, subscription.event, subscription.argumentsJson)
}

async function inBatches<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = []
  while (made.length < count) {
    const batch = Math.min(AT_ONCE, count - made.length)
    const next = Array.from({ length: batch }, make)
    made.push(...(await Promise.all(next)))
  }
  return made
}
