import type { Namespace, Socket } from 'socket.io'
import { notFound, unauthorized } from '../core/errors.js'
import type { AccessEvent } from '../core/events.js'
import { memberCredential } from '../core/members/access.js'
import { isCustomer } from '../core/principal.js'
import { Connection } from '../protocols/connection.js'
import type { Admission, Handshake } from '../protocols/protocol.js'
import {
  asAppError,
  type Door,
  type EventServices,
  eventTable,
  serveEvents,
} from '../protocols/serve-events.js'
import type { AppsHere } from './apps-here.js'
import type { Outlet } from './hub.js'

interface OutletDoor extends Door {
  readonly outlet: Outlet
}

interface Admitted {
  readonly door: OutletDoor
  readonly admission: Admission
}

/** Lets connections in, and out again when their credential ends. */
export class Admissions {
  readonly #services: EventServices
  readonly #apps: AppsHere
  readonly #outlets: Outlet[] = []
  readonly #expiring = new Map<Connection, { outlet: Outlet; at: number }>()
  readonly #leaving = new Set<Promise<void>>()

  constructor(services: EventServices, apps: AppsHere) {
    this.#services = services
    this.#apps = apps
  }

  /** Several protocols may share a namespace: the first that recognises a handshake takes it. */
  guard(namespace: Namespace, outlets: readonly Outlet[]): void {
    this.#outlets.push(...outlets)
    const doors = outlets.map((outlet) => this.#door(outlet))
    const admitted = new WeakMap<Socket, Admitted>()
    namespace.use((socket, next) => {
      this.#admit(socket, doors)
        .then(
          (entry) => {
            admitted.set(socket, entry)
            next()
          },
          (error) => next(error),
        )
        .catch((error: unknown) => this.#services.report(error, 'letting a connection in'))
    })
    namespace.on('connection', (socket) => {
      const entry = admitted.get(socket)
      admitted.delete(socket)
      if (entry !== undefined) this.#welcome(socket, entry)
    })
  }

  /** Those whose credential opens less than before come again and prove themselves. */
  endThose({ keyId, agentKey, contactKey }: AccessEvent): void {
    const credential = contactKey === undefined ? (keyId ?? agentKey) : memberCredential(contactKey)
    for (const outlet of this.#outlets)
      for (const connection of outlet.connections)
        if (connection.credential === credential || isOf(contactKey, outlet, connection))
          this.#end(outlet, connection)
  }

  /** After news of these apps were missed: the end of a credential may be among them. Each is asked about once. */
  async endOutdated(concerns: (appKey: number) => boolean): Promise<void> {
    const answers = new Map<string, boolean>()
    for (const outlet of this.#outlets)
      for (const connection of [...outlet.connections]) {
        const principal = outlet.face.principal(connection.session)
        // Agents are asked about always: a command for one app may end what opens another to them.
        if (principal === null || (principal.type !== 'agent' && !concerns(principal.app.key))) continue
        const name = `${principal.type} ${principal.app.key} ${connection.credential}`
        const valid =
          answers.get(name) ?? (await this.#services.core.auth.stillOpens(principal, connection.credential))
        answers.set(name, valid)
        if (!valid) this.#end(outlet, connection)
      }
  }

  endExpired(): void {
    const now = this.#services.clock.now()
    for (const [connection, { outlet, at }] of this.#expiring) if (now >= at) this.#end(outlet, connection)
  }

  /** Once every connection that has gone is forgotten. */
  async settled(): Promise<void> {
    while (this.#leaving.size > 0) await Promise.all(this.#leaving)
  }

  async #admit(socket: Socket, doors: readonly OutletDoor[]): Promise<Admitted> {
    const handshake = handshakeOf(socket)
    const door = doors.find(({ outlet }) => outlet.face.recognises(handshake))
    const face = (door ?? doors[0])?.outlet.face
    try {
      if (door === undefined || face === undefined) throw notFound('protocol')
      const admission = await face.authenticate(this.#services.core, handshake)
      if (admission.appKey !== null) await this.#apps.ready(admission.appKey)
      return { door, admission }
    } catch (error) {
      const refusal = asAppError(error, 'letting a connection in', this.#services)
      throw Object.assign(new Error(refusal.message), {
        data: face?.refusal(this.#services.core, refusal, null).ack,
      })
    }
  }

  #welcome(socket: Socket, { door, admission }: Admitted): void {
    const { core, report } = this.#services
    const { outlet, face } = door
    const connection = new Connection(socket, admission, this.#apps)
    outlet.connections.add(connection)
    if (admission.expiresAt !== null) this.#expiring.set(connection, { outlet, at: admission.expiresAt })
    connection.arrival = face
      .connect(core, connection)
      .catch((error: unknown) => {
        report(error, 'greeting a connection')
        connection.cut()
      })
      .finally(() => {
        connection.arrival = null
      })
    serveEvents(socket, connection, door)
    forgetHandshake(socket)
  }

  #door(outlet: Outlet): OutletDoor {
    const { face } = outlet
    const parted = (connection: Connection) => this.#part(outlet, connection)
    return { outlet, face, events: eventTable(face), services: this.#services, parted }
  }

  #part({ face, connections }: Outlet, connection: Connection): void {
    const { core, report } = this.#services
    connections.delete(connection)
    this.#expiring.delete(connection)
    const left = Promise.resolve(connection.arrival)
      .then(() => face.disconnect(core, connection))
      .catch((error: unknown) => report(error, 'parting from a connection'))
      .finally(() => {
        connection.leaveApp()
        this.#leaving.delete(left)
      })
    this.#leaving.add(left)
  }

  #end({ face }: Outlet, connection: Connection): void {
    const ended = unauthorized('Your access has ended or changed. Connect again with a valid credential.')
    connection.emit(face.refusal(this.#services.core, ended, null).event)
    connection.cut()
  }
}

/** A person may be connected as a visitor too, by the key of a page. */
function isOf(contactKey: number | undefined, { face }: Outlet, { session }: Connection): boolean {
  if (contactKey === undefined) return false
  const principal = face.principal(session)
  return principal !== null && isCustomer(principal) && principal.contact.key === contactKey
}

const handshakeOf = ({ handshake: { auth, query, headers, address } }: Socket): Handshake => ({
  auth,
  query,
  headers,
  address,
})

const forgotten = Object.freeze({ headers: {}, query: {}, auth: {}, time: '', address: '', url: '' })

/** The request and its headers are needed no longer, and are 2 of the 11 KB that a connection takes. */
function forgetHandshake(socket: Socket): void {
  Object.assign(socket, { handshake: forgotten })
  Object.assign(socket.conn, { request: null })
}
