import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import { asDevice, people, type rival, shop } from '../helpers/server.js'
import { until } from '../helpers/until.js'

type App = typeof shop | typeof rival

/** An ack as it came. */
export interface Ack {
  ok: boolean
  error?: { code: string; message: string; [field: string]: unknown }
  [field: string]: unknown
}

export interface Received {
  readonly name: string
  readonly payload: Record<string, unknown>
}

/** A connected client of the stock library that writes down everything it is sent. */
export class Live {
  readonly received: Received[] = []

  constructor(readonly socket: Socket) {
    socket.onAny((name: string, payload: Record<string, unknown>) => this.received.push({ name, payload }))
  }

  ask(name: string, payload?: unknown): Promise<Ack> {
    const send = this.socket.timeout(20_000)
    return payload === undefined ? send.emitWithAck(name) : send.emitWithAck(name, payload)
  }

  /** The payloads of one event, in their order. */
  of(name: string): Record<string, unknown>[] {
    return this.received.filter((event) => event.name === name).map(({ payload }) => payload)
  }

  /** The first event of this name whose payload fits; waits for it. */
  async next(name: string, fits: (payload: Record<string, unknown>) => boolean = () => true) {
    return until(`an event ${name}`, () => this.of(name).find(fits))
  }

  [Symbol.dispose](): void {
    this.socket.disconnect()
  }
}

type Options = Partial<ManagerOptions & SocketOptions>

/** Connects, or rejects with the refusal: `data` holds what the server said. */
export async function connect(
  server: { url: string },
  namespace: string,
  auth: Record<string, unknown>,
  options: Options = {},
): Promise<Live> {
  const socket = io(server.url + namespace, {
    path: '/v1/socket.io',
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth,
    ...options,
  })
  const live = new Live(socket)
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', (error) => {
      socket.disconnect()
      reject(error)
    })
  })
  return live
}

export const connectVisitor = (
  server: { url: string },
  deviceId: string,
  app: App = shop,
  options?: Options,
) => connect(server, '/client', { app_id: app.id, device_id: deviceId, api_key: app.publishableKey }, options)

export const connectAgent = (server: { url: string }, name: keyof typeof people, options?: Options) =>
  connect(server, '/admin', { token: people[name].token }, options)

let devices = 0
/** A device that was never used before. */
export const newDevice = (): string => `device-${process.pid}-${++devices}`

/** Begins a conversation as a new device; `as` are its headers. */
export async function newConversation(server: { url: string }, app: App = shop) {
  const deviceId = newDevice()
  const as = asDevice(deviceId, app)
  const response = await fetch(`${server.url}/v1/conversations`, {
    method: 'POST',
    headers: { ...as, 'Content-Type': 'application/json' },
    body: '{}',
  })
  const { conversation } = (await response.json()) as { conversation: { id: string } }
  return { deviceId, as, id: conversation.id }
}
