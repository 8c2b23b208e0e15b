import type { z } from 'zod'
import type { Core } from '../core/index.js'
import type { Action } from '../core/permissions.js'
import type { Connection } from './connection.js'

export interface EventRequest<Session, Input> {
  readonly core: Core
  readonly connection: Connection<Session>
  readonly input: Input
  /** Whether the client waits for an ack. */
  readonly acknowledged: boolean
}

interface EventParts {
  readonly name: string
  readonly summary: string
  /** Asked of the core before the handler runs; the core asks again. */
  readonly action?: Action
  /** Counts against the connection's messages. */
  readonly paced?: boolean
}

interface EventDefinition<Session, Input extends z.ZodType, Ack extends z.ZodType> extends EventParts {
  readonly input: Input
  /** What a successful ack carries. */
  readonly ack: Ack
  handle(request: EventRequest<Session, z.output<Input>>): Promise<z.input<Ack>>
}

/** An event that a client sends, as data. */
export interface SocketEvent extends EventParts {
  readonly input: z.ZodType
  readonly ack: z.ZodType
  handle(request: EventRequest<unknown, unknown>): Promise<unknown>
}

/** Checks an event against its own schemas at compile time and forgets the types that no caller needs. */
export function socketEvent<Session, Input extends z.ZodType, Ack extends z.ZodType>(
  definition: EventDefinition<Session, Input, Ack>,
): SocketEvent {
  return definition as unknown as SocketEvent
}
