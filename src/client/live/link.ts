import { io, type Socket } from 'socket.io-client'
import { type Backoff, backoffDelay } from '../backoff.js'
import { ReplyHqError } from '../errors.js'
import type { ConnectionState } from '../types/live.js'
import type { ClientClock, Unsubscribe } from '../types/ports.js'
import { Heartbeat } from './heartbeat.js'
import { Listeners } from './listeners.js'
import { connectErrorOf } from './refused.js'
import { Requests, unreachable } from './requests.js'

export interface LinkOptions {
  readonly url: string
  readonly namespace: '/client' | '/admin'
  /** What the handshake shows; `renew` when the last one was refused as unauthorized. */
  readonly credentials: (renew: boolean) => Promise<object>
  readonly clock: ClientClock
  readonly ackTimeout: number
  readonly connectTimeout: number
  readonly pingInterval: number
  readonly backoff: Backoff
  readonly transports: readonly ('websocket' | 'polling')[]
}

// A connection that lives shorter did not help: the next wait grows on.
const settledAfter = 5_000

/** One socket that comes back by itself. Attempts are ours, so that their time is known and can be shown. */
export class Link {
  readonly #options: LinkOptions
  readonly #socket: Socket
  readonly #connects = new Listeners<void>()
  readonly #states = new Listeners<ConnectionState>()
  readonly #requests: Requests
  readonly #heartbeat: Heartbeat
  #state: ConnectionState = { phase: 'connecting' }
  #credentials: object = {}
  #failures = 0
  #renewed = false
  #connectedAt = 0
  #cancelAttempt: () => void = () => {}
  #cancelDeadline: () => void = () => {}

  constructor(options: LinkOptions) {
    this.#options = options
    this.#requests = new Requests(options.clock, options.ackTimeout)
    this.#socket = openSocket(options, () => this.#credentials)
    this.#heartbeat = new Heartbeat(options.clock, options.pingInterval, {
      ping: () => this.request('ping', {}),
      measured: (roundTripMs) => this.#to({ phase: 'connected', roundTripMs }),
      dead: () => this.#socket.disconnect(),
    })
    this.#socket.on('connect', () => this.#connected())
    this.#socket.on('connect_error', (error) => this.#notConnected(connectErrorOf(error)))
    this.#socket.on('disconnect', (reason) => this.#cut(reason))
  }

  get state(): ConnectionState {
    return this.#state
  }

  get connected(): boolean {
    return this.#state.phase === 'connected'
  }

  /** Each time that a connection stands: what the last one knew must be asked for again. */
  onConnected(listener: () => void): Unsubscribe {
    return this.#connects.add(listener)
  }

  onState(listener: (state: ConnectionState) => void): Unsubscribe {
    return this.#states.add(listener)
  }

  on<Payload>(name: string, listener: (payload: Payload) => void): Unsubscribe {
    this.#socket.on(name, listener)
    return () => this.#socket.off(name, listener)
  }

  /** Never buffered: what must outlive a cut goes through the outbox. */
  request<Ack>(name: string, payload: unknown): Promise<Ack> {
    if (!this.#socket.connected)
      return Promise.reject(unreachable('There is no connection. Try again later.'))
    return this.#requests.make((acknowledge) => this.#socket.emit(name, payload, acknowledge)) as Promise<Ack>
  }

  start(): void {
    this.#open(false)
  }

  /** Tries at once instead of waiting, also after a refusal. */
  attempt(): void {
    if (this.#state.phase !== 'waiting' && this.#state.phase !== 'refused') return
    this.#cancelAttempt()
    this.#renewed = false
    this.#to({ phase: 'connecting' })
    this.#open(false)
  }

  close(): void {
    this.#to({ phase: 'closed' })
    this.#cancelAttempt()
    this.#heartbeat.stop()
    this.#socket.disconnect()
    this.#requests.failAll(unreachable('The connection was closed.'))
  }

  #open(renew: boolean): void {
    this.#options.credentials(renew).then(
      (credentials) => {
        if (this.#state.phase !== 'connecting') return
        this.#credentials = credentials
        this.#awaitGreeting()
        this.#socket.connect()
      },
      (error: unknown) => this.#notConnected(asReplyHqError(error)),
    )
  }

  /** Socket.IO minds the transport alone: a greeting that is lost behind it would be waited for for ever. */
  #awaitGreeting(): void {
    const { clock, connectTimeout } = this.#options
    this.#cancelDeadline = clock.after(connectTimeout, () => {
      this.#socket.disconnect()
      this.#notConnected(unreachable('The server did not answer in time.'))
    })
  }

  #connected(): void {
    this.#renewed = false
    this.#connectedAt = this.#options.clock.now()
    this.#to({ phase: 'connected', roundTripMs: null })
    this.#connects.tell()
    this.#heartbeat.start()
  }

  /** What may pass is tried again; a credential is renewed once; anything else waits for a person. */
  #notConnected(error: ReplyHqError): void {
    if (this.#state.phase === 'closed') return
    if (error.passing) this.#waitAndTry(error.message, error.retryAfterSeconds)
    else if (error.code !== 'unauthorized' || this.#renewed) this.#to({ phase: 'refused', error })
    else {
      this.#renewed = true
      this.#open(true)
    }
  }

  /** A connection that lived for a while starts the waits from the shortest again. */
  #cut(reason: string): void {
    this.#heartbeat.stop()
    this.#requests.failAll(unreachable('The connection was cut. What was asked may have been done or not.'))
    if (this.#state.phase === 'closed') return
    if (this.#options.clock.now() - this.#connectedAt > settledAfter) this.#failures = 0
    this.#waitAndTry(reason)
  }

  #waitAndTry(reason: string, retryAfterSeconds = 0): void {
    const { clock, backoff } = this.#options
    this.#failures += 1
    const delay = Math.max(backoffDelay(backoff, this.#failures, clock), retryAfterSeconds * 1_000)
    this.#cancelAttempt = clock.after(delay, () => this.attempt())
    this.#to({ phase: 'waiting', attempt: this.#failures, nextAttemptAt: clock.now() + delay, reason })
  }

  #to(state: ConnectionState): void {
    if (this.#state.phase === 'closed') return
    if (state.phase !== 'connecting') this.#cancelDeadline()
    this.#state = state
    this.#states.tell(state)
  }
}

/** A socket that never reconnects by itself. A path before the server's own, as behind a proxy, is kept. */
function openSocket(options: LinkOptions, credentials: () => object): Socket {
  const { origin, pathname } = new URL(options.url)
  return io(`${origin}${options.namespace}`, {
    path: `${pathname.replace(/\/+$/, '')}/v1/socket.io`,
    auth: (give) => give(credentials()),
    autoConnect: false,
    forceNew: true,
    reconnection: false,
    timeout: options.connectTimeout,
    transports: [...options.transports],
    // Proxies that speak no WebSocket are still about.
    tryAllTransports: true,
  })
}

function asReplyHqError(error: unknown): ReplyHqError {
  if (error instanceof ReplyHqError) return error
  return new ReplyHqError('internal', 'The credentials could not be read.', { cause: error })
}
