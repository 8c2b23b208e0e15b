import { io, type Socket } from 'socket.io-client'
import type { RawData, WebSocket } from 'ws'
import type { Clock } from '../../core/ports.js'
import { ackFrame, errorFrame, eventFrame, type Frame, parseFrame } from './frames.js'

// https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
const closed = { goingAway: 1001, policy: 1008, restart: 1012 } as const

export interface BridgeOptions {
  /** Of the namespace on this very server. */
  url: string
  path: string
  clock: Clock
  /** Credentials must be there by then. */
  authenticationMs: number
  /** Bytes that the client has not read yet. */
  maximumWaiting: number
}

/**
 * One older client: its frames go on as events of a Socket.IO connection to this same server, so that it is
 * admitted, paced and served by the very code that serves all others.
 */
export class Bridge {
  readonly #client: WebSocket
  readonly #options: BridgeOptions
  readonly #stopWaiting: () => void
  #upstream: Socket | null = null

  constructor(
    client: WebSocket,
    credentials: Readonly<Record<string, unknown>> | null,
    options: BridgeOptions,
  ) {
    this.#client = client
    this.#options = options
    this.#stopWaiting = options.clock.after(options.authenticationMs, () => this.#refuseUnknown())
    client.on('message', (data, isBinary) => this.#receive(data, isBinary))
    client.on('close', () => this.#end())
    client.on('error', () => client.terminate())
    if (credentials !== null) this.#connect(credentials)
  }

  close(): void {
    this.#client.close(closed.restart)
  }

  #receive(data: RawData, isBinary: boolean): void {
    const frame = isBinary ? null : parseFrame(data.toString())
    if (frame === null) this.#say('invalid_request', 'Send JSON: {"type": <event>, "payload": {…}, "id"?}.')
    else if (this.#upstream !== null) this.#forward(this.#upstream, frame)
    else if (frame.type === 'auth') this.#connect(asCredentials(frame.payload))
    else this.#say('unauthorized', 'Say who you are first, with a frame of the type auth.')
  }

  #forward(upstream: Socket, { type, payload, id }: Frame): void {
    const input = payload === undefined ? [] : [payload]
    if (id === undefined) upstream.emit(type, ...input)
    else upstream.emit(type, ...input, (answer: unknown) => this.#send(ackFrame(id, answer)))
  }

  #connect(credentials: Readonly<Record<string, unknown>>): void {
    const { url, path } = this.#options
    const upstream = io(url, {
      path,
      auth: { ...credentials },
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    })
    this.#upstream = upstream
    // What is sent before the answer waits in the network, not in our memory.
    this.#client.pause()
    upstream.on('connect', () => this.#admitted())
    upstream.on('connect_error', (error) => this.#refuse(error))
    upstream.on('disconnect', () => this.#client.close(closed.goingAway))
    upstream.onAny((name: string, payload: unknown) => this.#send(eventFrame(name, payload)))
  }

  #admitted(): void {
    this.#stopWaiting()
    this.#client.resume()
  }

  #refuse(error: Error): void {
    const { code, message } = refusalIn(error)
    this.#turnAway(code, message)
  }

  #refuseUnknown(): void {
    this.#turnAway('unauthorized', 'Nobody said who they are. Connect again, with credentials.')
  }

  #turnAway(code: string, message: string): void {
    this.#say(code, message)
    this.#client.resume()
    this.#client.close(closed.policy, code)
  }

  #say(code: string, message: string): void {
    this.#send(errorFrame(code, message))
  }

  #send(text: string): void {
    if (this.#client.readyState !== this.#client.OPEN) return
    this.#client.send(text)
    if (this.#client.bufferedAmount > this.#options.maximumWaiting) this.#client.terminate()
  }

  #end(): void {
    this.#stopWaiting()
    this.#upstream?.disconnect()
  }
}

const asCredentials = (payload: unknown): Readonly<Record<string, unknown>> =>
  typeof payload === 'object' && payload !== null ? { ...payload } : {}

/** What this server's protocols say to whom they do not let in. */
function refusalIn(error: Error): { code: string; message: string } {
  const data = 'data' in error ? error.data : null
  const refusal = typeof data === 'object' && data !== null && 'error' in data ? data.error : null
  if (typeof refusal === 'object' && refusal !== null && 'code' in refusal && 'message' in refusal)
    return { code: String(refusal.code), message: String(refusal.message) }
  return { code: 'unavailable', message: 'The server cannot take this connection now. Try again.' }
}
