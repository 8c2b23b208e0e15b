import type { z } from 'zod'
import type { AppError } from '../core/errors.js'
import type { DomainEvent } from '../core/events.js'
import type { Core } from '../core/index.js'
import type { Principal } from '../core/principal.js'
import type { Connection } from './connection.js'
import type { Route } from './route.js'
import type { SocketEvent } from './socket-event.js'

/** An event as it stands on a wire: its name and its payload. */
export type WireEvent = readonly [name: string, payload: unknown]

/**
 * Sockets that get the same frame of an event. `reader` tells `format` for whom it is: a side, a person, or
 * nothing at all where everybody reads the same.
 */
export interface Audience<Reader = unknown> {
  readonly rooms: readonly string[]
  readonly except?: readonly string[]
  readonly reader: Reader
}

/** What a handshake brings, before anybody is known. */
export interface Handshake {
  readonly auth: unknown
  readonly query: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly address: string
}

/** Who connected, and with what. */
export interface Admission<Session = unknown> {
  readonly session: Session
  /** Milliseconds; the connection ends then. Null: the credential has no end of its own. */
  readonly expiresAt: number | null
  /** The API key's id or the agent's key: when it opens less than before, the connection must come again. */
  readonly credential: string | number
  /** The app whose events the connection may hear; null while it has not chosen one. */
  readonly appKey: number | null
}

/**
 * One Socket.IO namespace as one protocol speaks it. Several protocols may share a path and a namespace: the
 * first that `recognises` a handshake takes it, so their rooms carry the name of their protocol.
 */
export interface Face<Session = unknown, Reader = unknown> {
  /** Where Socket.IO listens, such as `/v1/socket.io`. */
  readonly path: string
  readonly namespace: string
  /** What clients send. */
  readonly events: readonly SocketEvent[]
  /** What the server sends by itself: payloads by name. */
  readonly pushes: Readonly<Record<string, z.ZodType>>
  /** What the handshake must bring. */
  readonly handshake: z.ZodType
  recognises(handshake: Handshake): boolean
  /** Throws an AppError for whom it lets not in. */
  authenticate(core: Core, handshake: Handshake): Promise<Admission<Session>>
  /** After admission: rooms, presence, greeting. */
  connect(core: Core, connection: Connection<Session>): Promise<void>
  /** After the end; never before `connect` has settled. */
  disconnect(core: Core, connection: Connection<Session>): Promise<void>
  /** The principal to ask about permissions, once there is one. */
  principal(session: Session): Principal | null
  /** Rooms that must hear of an event. Called for every event while anybody is connected: it must be cheap. */
  audience(event: DomainEvent): readonly Audience<Reader>[]
  /** Called only for audiences that are there, once each. Null: nothing to say to them. */
  format(core: Core, event: DomainEvent, reader: Reader): WireEvent | null
  /** Sees every event while anybody is connected, for what takes more than a frame. Must not wait. */
  observe?(core: Core, event: DomainEvent, connections: ReadonlySet<Connection<Session>>): void
  /** A refusal as an ack, and as an event for a caller that asked for no ack. */
  refusal(core: Core, error: AppError, event: string | null): { ack: unknown; event: WireEvent }
  /**
   * Tells connections that live events may have been missed. `reconnect`: the protocol has no word for it, and its
   * clients catch up when they come back. Null: they do not.
   */
  readonly resync: WireEvent | 'reconnect' | null
}

/** A machine-readable description that is served at a path. */
export interface ServedDocument {
  readonly path: string
  make(version: string): unknown
}

/** A wire protocol: how it parses and formats, and nothing else. Everything it does, the core does. */
export interface Protocol {
  readonly name: string
  /** Refusals of unknown paths under it are rendered by this protocol. */
  readonly basePath: string
  readonly routes: readonly Route[]
  readonly faces: readonly Face[]
  readonly documents: readonly ServedDocument[]
  /** The body of a refusal over HTTP. */
  error(core: Core, error: AppError, requestId: string): unknown
}
