import type { IncomingMessage, ServerResponse } from 'node:http'
import cors from 'cors'
import express, { type ErrorRequestHandler, type Express } from 'express'
import helmet from 'helmet'
import type { Config } from '../config.js'
import type { Loggers } from '../logger.js'
import { version } from '../version.js'
import type { Instance } from './context.js'
import { AppError, invalid } from './core/errors.js'
import { serveDocuments } from './documents.js'
import { serveHealth } from './health.js'
import { createPacer } from './pacer.js'
import { createBodyReader } from './protocols/body.js'
import { protocols } from './protocols/index.js'
import type { Protocol } from './protocols/protocol.js'
import { asAppError } from './protocols/serve-events.js'
import { sendRefusal, serveRoutes } from './protocols/serve-routes.js'
import { requestLog } from './request-log.js'

export interface Http {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void
  /** From now on `/ready` says so. */
  ready(): void
  /** From now on `/ready` says no: the server is about to stop. */
  draining(): void
}

/** Everything over HTTP but the sockets: every protocol's routes, health, documents. */
export function createHttp(instance: Instance, loggers: Loggers): Http {
  const { config, core } = instance
  let isReady = false
  const app = express()
  prepare(app, config, loggers)
  serveHealth(app, instance, () => isReady, version)
  serveDocuments(app, version)
  const pacer = createPacer(config.limits)
  const bodies = createBodyReader({ json: config.limits.bodyBytes, file: config.limits.attachmentBytes })
  for (const { routes } of protocols) serveRoutes(app, routes, { core, pacer, bodies })
  app.use((request) => {
    throw new AppError('not_found', `There is nothing at ${request.method} ${request.path}. See /docs.`)
  })
  app.use(refuse(instance, loggers))
  return {
    handler: app,
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
  app.use(requestLog(loggers.http))
  app.use(helmet())
  app.use(
    cors({
      origin: config.allowedOrigins.includes('*') ? '*' : [...config.allowedOrigins],
      exposedHeaders: ['X-Request-Id', 'Retry-After'],
      maxAge: 86_400,
    }),
  )
}

function refuse({ core }: Instance, loggers: Loggers): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    if (response.headersSent) return next(thrown)
    const id = String(response.getHeader('X-Request-Id'))
    const report = (error: unknown, doing: string) =>
      loggers.http.error({ err: error, request_id: id }, `failed: ${doing}`)
    const error = isMalformed(thrown)
      ? invalid('The address is malformed. Encode it properly.')
      : asAppError(thrown, `${request.method} ${request.path}`, { report })
    sendRefusal(response, error, protocolAt(request.path).error(core, error, id))
  }
}

/** Express refuses a path whose percent-encoding is broken. */
const isMalformed = (error: unknown): boolean => error instanceof URIError

/** The protocol that a path belongs to; the native one for what belongs to none. */
function protocolAt(path: string): Protocol {
  const found = protocols.find(({ basePath }) => path.startsWith(`${basePath}/`)) ?? protocols[0]
  if (found === undefined) throw new Error('no protocol is there to render a refusal')
  return found
}
