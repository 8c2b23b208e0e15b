import type { Core } from '../core/index.js'
import { assertMay } from '../core/permissions.js'
import type { Pacer } from '../pacer.js'
import { validate } from './input.js'
import type { Caller, Pace, Route, UploadedFile } from './route.js'

/** A request as a route needs it, whatever server it came through. */
export interface Exchange {
  readonly caller: Caller
  readonly params: object
  readonly query: object
  /** Reads the body, once it is known that it may be sent. */
  json(): Promise<unknown>
  file(): Promise<UploadedFile>
  /** Aborted when the caller goes before the answer; absent where no route waits. */
  gone?(): AbortSignal
}

type Answer = readonly [status: number, body: unknown]

/**
 * Runs a route. Who it is comes before what they send: a stranger learns nothing from the way a body is
 * refused. Throws AppError.
 */
export async function answerRoute(
  route: Route,
  exchange: Exchange,
  core: Core,
  pacer: Pacer,
): Promise<Answer> {
  const began = performance.now()
  const name = `${route.method.toUpperCase()} ${route.path}`
  const work = () => run(route, exchange, core, pacer)
  const { tracing } = core
  let refused = true
  try {
    // Who calls may already follow a trace of their own.
    const parent = exchange.caller.header('traceparent')
    const answer = await (tracing === null ? work() : tracing.span(name, {}, work, parent))
    refused = false
    return answer
  } finally {
    const seconds = (performance.now() - began) / 1_000
    core.measure({ name: 'request', route: name, refused, seconds })
  }
}

async function run(route: Route, exchange: Exchange, core: Core, pacer: Pacer): Promise<Answer> {
  const { caller } = exchange
  const session = route.auth === null ? null : await route.auth.authenticate(core, caller)
  const principal = route.auth?.principal(session) ?? null
  if (route.action !== undefined && principal !== null) assertMay(principal, route.action)
  const pace: Pace<unknown> | undefined = route.auth?.pace ?? (route.pace as Pace<unknown> | undefined)
  if (pace === undefined) return handle(route, exchange, core, session)
  const key = pace.key(caller, session)
  if (key === null) return handle(route, exchange, core, session)
  await pacer.consume(pace.limit, key)
  const answer = await handle(route, exchange, core, session)
  if (pace.failuresOnly) await pacer.refund(pace.limit, key)
  return answer
}

async function handle(route: Route, exchange: Exchange, core: Core, session: unknown): Promise<Answer> {
  const file = route.upload ? await exchange.file() : null
  const body = route.body && validate(route.body, await exchange.json(), 'body')
  return route.handle({
    core,
    session,
    caller: exchange.caller,
    gone: exchange.gone,
    file,
    params: route.params && validate(route.params, { ...exchange.params }, 'path'),
    query: route.query && validate(route.query, { ...exchange.query }, 'query'),
    body,
  })
}
