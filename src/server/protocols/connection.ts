import type { Socket } from 'socket.io'
import { AppError } from '../core/errors.js'
import type { Clock } from '../core/ports.js'
import type { Admission, WireEvent } from './protocol.js'

/** How many of something are left in a window of time; a window begins with its first use. */
export interface Allowance {
  readonly points: number
  readonly windowMs: number
}

/** Who sees to it that the events of an app come to this node. */
export interface Apps {
  enter(appKey: number): Promise<void>
  leave(appKey: number): void
}

/** One admitted socket, as a protocol's handlers see it. */
export class Connection<Session = unknown> {
  readonly session: Session
  /** The API key's id or the agent's key. */
  readonly credential: string | number
  readonly #socket: Socket
  readonly #apps: Apps
  #appKey: number | null = null
  /** While it is being greeted; its end waits for that. */
  arrival: Promise<void> | null = null
  /** Events of this connection that are not answered yet. */
  underWay = 0
  #windowEnds = 0
  #used = 0

  /** The events of the admission's app come already. */
  constructor(
    socket: Socket,
    { session, credential, appKey }: Pick<Admission<Session>, 'session' | 'credential' | 'appKey'>,
    apps: Apps,
  ) {
    this.#socket = socket
    this.#apps = apps
    this.session = session
    this.credential = credential
    if (appKey !== null) void this.enterApp(appKey)
  }

  /** The app whose events it may hear. */
  get appKey(): number | null {
    return this.#appKey
  }

  /** Resolves when everything is heard that happens in the app from now on; it leaves the one that it was in. */
  async enterApp(appKey: number): Promise<void> {
    // Who has gone leaves nothing behind.
    if (this.#appKey === appKey || !this.alive) return
    this.leaveApp()
    this.#appKey = appKey
    await this.#apps.enter(appKey)
  }

  leaveApp(): void {
    if (this.#appKey !== null) this.#apps.leave(this.#appKey)
    this.#appKey = null
  }

  get id(): string {
    return this.#socket.id
  }

  /** False once the socket has gone; what a handler still joins then is forgotten. */
  get alive(): boolean {
    return this.#socket.connected
  }

  join(...rooms: string[]): void {
    this.#socket.join(rooms)
  }

  leave(...rooms: string[]): void {
    for (const room of rooms) this.#socket.leave(room)
  }

  /** Leaves every room but the socket's own. */
  leaveAll(): void {
    for (const room of [...this.#socket.rooms]) if (room !== this.#socket.id) this.#socket.leave(room)
  }

  isInAny(rooms: readonly string[]): boolean {
    return rooms.some((room) => this.#socket.rooms.has(room))
  }

  emit([name, payload]: WireEvent): void {
    this.#socket.emit(name, payload)
  }

  /** Cuts the transport: a client comes back by itself then, and must prove itself again. */
  cut(): void {
    this.#socket.conn.close()
  }

  /**
   * Takes one of the connection's messages, or refuses with `rate_limited`. Two numbers beside the socket:
   * a limiter with a key and a timer for each connection costs more than the rest of the checks together.
   */
  spend(clock: Clock, { points, windowMs }: Allowance): void {
    const now = clock.now()
    if (now >= this.#windowEnds) {
      this.#windowEnds = now + windowMs
      this.#used = 0
    }
    if (this.#used >= points) throw tooMany(this.#windowEnds - now)
    this.#used++
  }
}

/** A refusal by pace that says when to come again. */
export function tooMany(waitMs: number): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000))
  return new AppError('rate_limited', `Too many requests. Try again in ${retryAfterSeconds} s.`, {
    retryAfterSeconds,
  })
}
