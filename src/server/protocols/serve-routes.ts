import type { Express, Request, Response } from 'express'
import type { Core } from '../core/index.js'
import type { Pacer } from '../pacer.js'
import { answerRoute } from './answer-route.js'
import type { BodyReader } from './body.js'
import { type Caller, FileAnswer, type Route } from './route.js'

/** What every route stands on. */
export interface RouteServices {
  readonly core: Core
  readonly pacer: Pacer
  readonly bodies: BodyReader
}

/** Adds routes to Express. Errors go to its error handler, which knows the protocol by the path. */
export function serveRoutes(app: Express, routes: readonly Route[], services: RouteServices): void {
  const { core, pacer, bodies } = services
  for (const route of routes)
    app[route.method](route.path, async (request, response) => {
      const exchange = {
        caller: callerOf(request),
        params: request.params,
        query: request.query,
        json: () => bodies.json(request, response),
        file: () => bodies.file(request, response),
        gone: () => goneSignal(response),
      }
      send(response, ...(await answerRoute(route, exchange, core, pacer)))
    })
}

function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return gone.signal
}

const callerOf = (request: Request): Caller => ({
  address: request.ip ?? '',
  header: (name) => request.get(name),
  query: (name) => {
    const value = request.query[name]
    return typeof value === 'string' ? value : undefined
  },
})

function send(response: Response, status: number, answer: unknown): void {
  response.status(status)
  if (answer instanceof FileAnswer) {
    response.set(answer.headers)
    response.end(answer.content)
  } else if (status === 204) response.end()
  else response.json(answer)
}
