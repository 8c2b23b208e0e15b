import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { FrameReader, textFrame } from './frames.js'

/** Where a Socket.IO server listens and how to enter one of its namespaces. */
export interface Entrance {
  readonly port: number
  /** Engine path with slashes at both ends, such as `/socket.io/`. */
  readonly path: string
  /** `/` or such as `/client`. */
  readonly namespace: string
  readonly query?: string
  readonly auth?: object
  /** Further request headers, such as a browser's. */
  readonly headers?: Readonly<Record<string, string>>
}

const UPGRADED = 'HTTP/1.1 101'
const EVENT = '2'.charCodeAt(0)
const ACK = '3'.charCodeAt(0)
const MESSAGE = '4'.charCodeAt(0)
const PING = '2'.charCodeAt(0)
const OPEN = '0'.charCodeAt(0)
const BRACKET = '['.charCodeAt(0)

/**
 * A Socket.IO client over one raw WebSocket that knows just what a load needs: enter a namespace, emit with an
 * acknowledgement, count events. Refusals are errors, so that a server that refuses everything does not look fast.
 */
export class SocketIoConnection {
  /** Called at each event of the server, before it is looked at. */
  onEvent: (chunk: Buffer, start: number, end: number) => void = () => {}
  /** Called at each positive acknowledgement, in the order of the server. */
  onAck: (id: number) => void = () => {}

  readonly #socket: Socket
  readonly #packetPrefix: string
  readonly #entered: Promise<void>
  #settle: { resolve: () => void; reject: (error: Error) => void } = { resolve: () => {}, reject: () => {} }
  #upgraded = false
  #response = ''

  constructor(private readonly entrance: Entrance) {
    this.#packetPrefix = entrance.namespace === '/' ? '' : `${entrance.namespace},`
    this.#entered = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    const frames = new FrameReader((chunk, start, end) => this.#onText(chunk, start, end))
    this.#socket = connect({
      host: '127.0.0.1',
      port: entrance.port,
      onread: {
        // One buffer for each connection: Node would allocate 64 KiB a read otherwise.
        buffer: Buffer.allocUnsafe(4096),
        callback: (length, buffer) => {
          const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, length)
          if (this.#upgraded) frames.push(bytes)
          else this.#onUpgradeResponse(bytes, frames)
          return true
        },
      },
    })
    this.#socket.setNoDelay(true)
    this.#socket.on('error', (error) => this.#settle.reject(error))
    this.#socket.on('close', () => this.#settle.reject(new Error('The server closed the connection.')))
    this.#socket.write(upgradeRequest(entrance))
  }

  /** Resolves when the namespace let this connection in. */
  entered(): Promise<void> {
    return this.#entered
  }

  /** Emits one event; `argumentsJson` is the ASCII JSON of its arguments after the name. */
  emit(ackId: number, event: string, argumentsJson: string): void {
    this.#socket.write(textFrame(`42${this.#packetPrefix}${ackId}["${event}",${argumentsJson}]`))
  }

  close(): void {
    this.#socket.destroy()
  }

  #onUpgradeResponse(bytes: Buffer, frames: FrameReader): void {
    this.#response += bytes.toString('latin1')
    const end = this.#response.indexOf('\r\n\r\n')
    if (end < 0) return
    if (!this.#response.startsWith(UPGRADED)) {
      this.#settle.reject(new Error(`The server did not upgrade: ${this.#response.slice(0, 200)}`))
      return
    }
    this.#upgraded = true
    const rest = Buffer.from(this.#response.slice(end + 4), 'latin1')
    if (rest.length > 0) frames.push(rest)
  }

  #onText(chunk: Buffer, start: number, end: number): void {
    const kind = chunk[start]
    if (kind === PING) this.#socket.write(textFrame('3'))
    else if (kind === OPEN) this.#enterNamespace()
    else if (kind === MESSAGE) this.#onPacket(chunk, start + 1, end)
  }

  #enterNamespace(): void {
    const auth = this.entrance.auth === undefined ? '' : JSON.stringify(this.entrance.auth)
    this.#socket.write(textFrame(`40${this.#packetPrefix}${auth}`))
  }

  #onPacket(chunk: Buffer, start: number, end: number): void {
    const type = chunk[start]
    if (type === EVENT) this.onEvent(chunk, start + 1 + this.#packetPrefix.length, end)
    else if (type === ACK) this.#onAckPacket(chunk, start + 1 + this.#packetPrefix.length, end)
    else if (type === OPEN) this.#settle.resolve()
    else this.#settle.reject(new Error(`The server refused: ${chunk.toString('utf8', start, end)}`))
  }

  #onAckPacket(chunk: Buffer, start: number, end: number): void {
    let id = 0
    let at = start
    for (; chunk[at] !== BRACKET; at += 1) id = id * 10 + (chunk[at] ?? 0) - 48
    if (chunk.toString('latin1', at, at + 11) !== '[{"ok":true') {
      throw new Error(
        `The server refused a message: ${chunk.toString('utf8', start, Math.min(end, start + 300))}`,
      )
    }
    this.onAck(id)
  }
}

function upgradeRequest(entrance: Entrance): string {
  const headers = {
    Host: `127.0.0.1:${entrance.port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...entrance.headers,
  }
  const query = `EIO=4&transport=websocket${entrance.query === undefined ? '' : `&${entrance.query}`}`
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${entrance.path}?${query} HTTP/1.1\r\n${lines.join('')}\r\n`
}
