import type { Socket } from 'socket.io'
import { AppError, invalid } from '../core/errors.js'
import type { Core } from '../core/index.js'
import { assertMay } from '../core/permissions.js'
import type { Clock } from '../core/ports.js'
import { type Allowance, type Connection, tooMany } from './connection.js'
import { validate } from './input.js'
import type { Face } from './protocol.js'
import type { SocketEvent } from './socket-event.js'

/** Events that are not answered yet, over all connections. */
export interface Tally {
  /** False: nothing begins any more, and the event stays unanswered. */
  begin(): boolean
  end(): void
}

/** What every handler of events stands on. */
export interface EventServices {
  readonly core: Core
  readonly clock: Clock
  readonly messages: Allowance
  readonly underWay: Tally
  report(error: unknown, doing: string): void
}

/** How many events of one connection may wait for their answers; a client that goes on past it is told to slow down. */
const mostUnderWay = 1_024

type Ack = (answer: unknown) => void

/** A face with what serves it. One for all its connections, which hold nothing of this themselves. */
export interface Door {
  readonly face: Face
  readonly events: ReadonlyMap<string, SocketEvent>
  readonly services: EventServices
  /** A connection has ended. */
  parted(connection: Connection): void
}

/** The events of a face by name, made once and not for every connection. */
export const eventTable = (face: Face): ReadonlyMap<string, SocketEvent> =>
  new Map(face.events.map((event) => [event.name, event]))

/**
 * Answers everything that a client sends, to its end. Nothing thrown gets out of here: an exception in a
 * Socket.IO handler, or an ack that is no function, would otherwise end the process.
 */
export function serveEvents(socket: Socket, connection: Connection, door: Door): void {
  // One listener for all events: one for each would take 2 KB a connection.
  socket.onAny((name: string, ...rest: unknown[]) => {
    if (!door.services.underWay.begin()) return
    const last = rest.at(-1)
    const ack = typeof last === 'function' ? (last as Ack) : null
    const input = ack !== null && rest.length === 1 ? undefined : rest[0]
    answer(door, connection, name, input, ack).catch((error: unknown) =>
      door.services.report(error, `answering ${name}`),
    )
  })
  // It comes once, and `once` would make three more objects for it.
  socket.on('disconnect', () => door.parted(connection))
}

async function answer(
  door: Door,
  connection: Connection,
  name: string,
  input: unknown,
  ack: Ack | null,
): Promise<void> {
  const { core } = door.services
  const began = performance.now()
  let isRefused = false
  connection.underWay++
  try {
    const work = () => handle(door, connection, name, input, ack !== null)
    const { tracing } = core
    const result = await (tracing === null ? work() : tracing.span(`event ${name.slice(0, 64)}`, {}, work))
    ack?.(result)
  } catch (error) {
    isRefused = true
    const refused = asAppError(error, `handling ${name}`, door.services)
    const refusal = door.face.refusal(core, refused, name.slice(0, 64))
    if (ack === null) connection.emit(refusal.event)
    else ack(refusal.ack)
  } finally {
    connection.underWay--
    door.services.underWay.end()
    const seconds = (performance.now() - began) / 1_000
    // Names that clients make up would each begin a series.
    const event = door.events.has(name) ? name : 'unknown'
    core.measure({ name: 'event', event, refused: isRefused, seconds })
  }
}

async function handle(
  { face, events, services: { core, clock, messages } }: Door,
  connection: Connection,
  name: string,
  input: unknown,
  acknowledged: boolean,
): Promise<unknown> {
  const event = events.get(name)
  if (event === undefined)
    throw invalid(`There is no event "${name.slice(0, 64)}" here. See the documentation.`)
  if (connection.underWay > mostUnderWay) throw tooMany(1_000)
  if (event.paced) connection.spend(clock, messages)
  const principal = face.principal(connection.session)
  if (event.action !== undefined && principal !== null) assertMay(principal, event.action)
  const valid = validate(event.input, input, 'payload')
  return event.handle({ core, connection, input: valid, acknowledged })
}

/** What is no refusal of ours is internal: reported with its cause, shown without. */
export function asAppError(
  error: unknown,
  doing: string,
  { report }: { report(error: unknown, doing: string): void },
): AppError {
  if (error instanceof AppError) return error
  report(error, doing)
  return new AppError('internal', 'Something went wrong here. Try again; if it stays, tell the operator.')
}
