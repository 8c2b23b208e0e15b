import type { Express, Request, Response } from 'express'
import type { AppError } from '../core/errors.js'
import type { Core } from '../core/index.js'
import { assertMay } from '../core/permissions.js'
import type { Pacer } from '../pacer.js'
import type { BodyReader } from './body.js'
import { validate } from './input.js'
import { type Caller, FileAnswer, type Pace, type Route } from './route.js'

/** What every route stands on. */
export interface RouteServices {
  readonly core: Core
  readonly pacer: Pacer
  readonly bodies: BodyReader
}

/** Adds routes to Express. Errors go to its error handler, which knows the protocol by the path. */
export function serveRoutes(app: Express, routes: readonly Route[], services: RouteServices): void {
  for (const route of routes)
    app[route.method](route.path, (request, response) => run(route, request, response, services))
}

// Who it is comes before what they send: a stranger learns nothing from the way a body is refused.
async function run(
  route: Route,
  request: Request,
  response: Response,
  services: RouteServices,
): Promise<void> {
  const { core } = services
  const caller = callerOf(request)
  const session = route.auth === null ? null : await route.auth.authenticate(core, caller)
  const principal = route.auth?.principal(session) ?? null
  if (route.action !== undefined && principal !== null) assertMay(principal, route.action)
  await paced(route, caller, session, services, async () => {
    const file = route.upload ? await services.bodies.file(request, response) : null
    const body = route.body && (await services.bodies.json(request, response))
    const [status, answer] = await route.handle({
      core,
      session,
      caller,
      file,
      params: route.params && validate(route.params, { ...request.params }, 'path'),
      query: route.query && validate(route.query, { ...request.query }, 'query'),
      body: route.body && validate(route.body, body, 'body'),
    })
    send(response, status, answer)
  })
}

const callerOf = (request: Request): Caller => ({
  address: request.ip ?? '',
  header: (name) => request.get(name),
  query: (name) => {
    const value = request.query[name]
    return typeof value === 'string' ? value : undefined
  },
})

async function paced(
  route: Route,
  caller: Caller,
  session: unknown,
  { pacer }: RouteServices,
  work: () => Promise<void>,
): Promise<void> {
  const pace: Pace<unknown> | undefined = route.auth?.pace ?? (route.pace as Pace<unknown> | undefined)
  if (pace === undefined) return work()
  const key = pace.key(caller, session)
  await pacer.consume(pace.limit, key)
  await work()
  if (pace.failuresOnly) await pacer.refund(pace.limit, key)
}

function send(response: Response, status: number, answer: unknown): void {
  response.status(status)
  if (answer instanceof FileAnswer) {
    response.set(answer.headers)
    response.end(answer.content)
  } else if (status === 204) response.end()
  else response.json(answer)
}

/** Puts a refusal into an HTTP answer; `render` makes the body of the protocol. */
export function sendRefusal(response: Response, error: AppError, body: unknown): void {
  const { retryAfterSeconds } = error.extras
  if (retryAfterSeconds !== undefined) response.set('Retry-After', String(retryAfterSeconds))
  if (error.code === 'unauthorized') response.set('WWW-Authenticate', 'Bearer')
  response.status(error.status).json(body)
}
