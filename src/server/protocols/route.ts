import type { z } from 'zod'
import type { Core } from '../core/index.js'
import type { Action } from '../core/permissions.js'
import type { Principal } from '../core/principal.js'

/** What a scheme may look at: never the body, which is read only once it is known who sends it. */
export interface Caller {
  readonly address: string
  header(name: string): string | undefined
  query(name: string): string | undefined
}

/** How often somebody may call: which of the configured limits, and who is counted. */
export interface Pace<Session> {
  readonly limit: 'device' | 'login'
  /** Null: this call is not counted. */
  key(caller: Caller, session: Session): string | null
  /** Only calls that fail count, as for passwords. */
  readonly failuresOnly?: boolean
}

/** A security scheme as OpenAPI 3.1 writes it. */
export type SecurityScheme =
  | { readonly type: 'apiKey'; readonly in: 'header'; readonly name: string; readonly description: string }
  | { readonly type: 'http'; readonly scheme: 'bearer'; readonly description: string }

/** A way to say who one is. */
export interface Scheme<Session> {
  /** Who is let in, as the document says it: staff with a role, a visitor or both, a member, the host application. */
  readonly admits: 'visitor' | 'staff' | 'both' | 'member' | 'host'
  /** Alternatives; of one alternative all parts are needed together. */
  readonly security: readonly Readonly<Record<string, SecurityScheme>>[]
  readonly pace?: Pace<Session>
  authenticate(core: Core, caller: Caller): Promise<Session>
  /** The principal to ask about permissions, where the session has one. */
  principal(session: Session): Principal | null
}

export interface UploadedFile {
  readonly name: string
  readonly content: Uint8Array
}

export interface RouteRequest<Session, Params, Query, Body> {
  readonly core: Core
  readonly session: Session
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly caller: Caller
  /** Of a multipart request. */
  readonly file: UploadedFile | null
  /** Aborted when the caller has gone before the answer: for routes that wait. */
  readonly gone: (() => AbortSignal) | undefined
}

/** An answer that is no JSON. */
export class FileAnswer {
  constructor(
    readonly content: Uint8Array,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}

type Responses = Readonly<Record<number, z.ZodType>>
/** Status and body, as one of the declared responses. */
export type Reply<Declared extends Responses> = {
  [Status in keyof Declared & number]: readonly [status: Status, body: z.input<Declared[Status]>]
}[keyof Declared & number]

/** An answer. A function, because the compiler widens the status of a bare tuple to any number. */
export const reply = <const Status extends number, Body>(status: Status, body: Body) =>
  [status, body] as const

interface RouteParts<Declared extends Responses> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** From the root, with `:name` for parameters. */
  readonly path: string
  readonly summary: string
  /** Asked of the core before the body is read; the core asks again. */
  readonly action?: Action
  readonly upload?: boolean
  /** Called for every message: it is answered before the usual stack. Its only parameter is `:id`. */
  readonly hot?: boolean
  readonly responses: Declared
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

interface RouteDefinition<Session, Params, Query, Body, Declared extends Responses>
  extends RouteParts<Declared> {
  /** Null: open to everybody. */
  readonly auth: Scheme<Session> | null
  readonly pace?: Pace<null>
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  handle(
    request: RouteRequest<Session, Output<Params>, Output<Query>, Output<Body>>,
  ): Promise<Reply<Declared>>
}

/** A route as data: the server registers it, the documents describe it, the tests go through it. */
export interface Route extends RouteParts<Responses> {
  readonly auth: Scheme<unknown> | null
  readonly pace?: Pace<null>
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  handle(
    request: RouteRequest<unknown, unknown, unknown, unknown>,
  ): Promise<readonly [status: number, body: unknown]>
}

/** Checks a route against its own schemas at compile time and forgets the types that no caller needs. */
export function route<
  Declared extends Responses,
  Session = null,
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(definition: RouteDefinition<Session, Params, Query, Body, Declared>): Route {
  return definition as unknown as Route
}
