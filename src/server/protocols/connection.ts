import type { Socket } from 'socket.io'
import { AppError } from '../core/errors.js'
import type { Clock } from '../core/ports.js'
import type { WireEvent } from './protocol.js'

/** How many of something are left in a window of time; a window begins with its first use. */
export interface Allowance {
  readonly points: number
  readonly windowMs: number
}

/** One admitted socket, as a protocol's handlers see it. */
export class Connection<Session = unknown> {
  readonly session: Session
  /** The API key's id or the agent's key. */
  readonly credential: string | number
  readonly #socket: Socket
  /** While it is being greeted; its end waits for that. */
  arrival: Promise<void> | null = null
  /** Events of this connection that are not answered yet. */
  underWay = 0
  #windowEnds = 0
  #used = 0

  constructor(socket: Socket, session: Session, credential: string | number) {
    this.#socket = socket
    this.session = session
    this.credential = credential
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
