import type { IncomingMessage, ServerResponse } from 'node:http'
import cors from 'cors'
import express, { type ErrorRequestHandler, type Express } from 'express'
import type { Config } from '../../config.js'
import type { Loggers } from '../../logger.js'
import { version } from '../../version.js'
import type { Instance } from '../context.js'
import { AppError } from '../core/errors.js'
import { serveMetrics } from '../observability/serve-metrics.js'
import { createPacer } from '../pacer.js'
import { createBodyReader } from '../protocols/body.js'
import { protocols } from '../protocols/index.js'
import { serveRoutes } from '../protocols/serve-routes.js'
import { serveDocuments } from './documents.js'
import { serveHealth } from './health.js'
import { createHotRoutes } from './hot-routes.js'
import { createRefuse, type Refuse } from './refusals.js'
import { track } from './request-log.js'
import { setSecurityHeaders } from './security-headers.js'

export interface Http {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void
  /** From now on `/ready` says so. */
  ready(): void
  /** From now on `/ready` says no: the server is about to stop. */
  draining(): void
}

/** Everything over HTTP but the sockets: every protocol's routes, health, documents. */
export function createHttp(instance: Instance, loggers: Loggers, metricsToken?: string): Http {
  const { config, core } = instance
  let isReady = false
  const app = express()
  prepare(app, config, loggers)
  serveHealth(app, instance, () => isReady, version)
  serveDocuments(app, version)
  if (instance.metrics !== null) serveMetrics(app, instance.metrics, metricsToken)
  const { bodyBytes, attachmentBytes } = config.limits
  const pacer = createPacer(config.limits, instance.nodes.counter)
  const bodies = createBodyReader({ json: bodyBytes, file: attachmentBytes })
  const routes = protocols.flatMap((protocol) => protocol.routes)
  serveRoutes(app, routes, { core, pacer, bodies })
  const refuse = createRefuse(core, loggers)
  refuseTheRest(app, refuse)
  const take = createHotRoutes(routes, { core, pacer, refuse, logger: loggers.http, bodyBytes })
  return {
    handler: (request, response) => {
      if (!take(request, response)) app(request, response)
    },
    ready: () => {
      isReady = true
    },
    draining: () => {
      isReady = false
    },
  }
}

function prepare(app: Express, config: Config, loggers: Loggers): void {
  app.disable('x-powered-by')
  app.disable('etag')
  // Forwarded addresses are believed only from the proxies that the operator names.
  app.set('trust proxy', config.trustProxy.length > 0 ? config.trustProxy : false)
  app.use((request, response, next) => {
    track(loggers.http, request, response)
    next()
  })
  app.use(setSecurityHeaders)
  app.use(
    cors({
      origin: config.allowedOrigins.includes('*') ? '*' : [...config.allowedOrigins],
      exposedHeaders: ['X-Request-Id', 'Retry-After'],
      maxAge: 86_400,
    }),
  )
}

function refuseTheRest(app: Express, refuse: Refuse): void {
  app.use((request) => {
    throw new AppError('not_found', `There is nothing at ${request.method} ${request.path}. See /docs.`)
  })
  const handler: ErrorRequestHandler = (thrown, request, response, next) => {
    if (response.headersSent) next(thrown)
    else refuse(thrown, request.method, request.path, response)
  }
  app.use(handler)
}
