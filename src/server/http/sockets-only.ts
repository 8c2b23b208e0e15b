import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Loggers } from '../../logger.js'
import type { Instance } from '../context.js'
import { AppError } from '../core/errors.js'
import type { Core } from '../core/index.js'
import { healthOf } from './health.js'
import { createRefuse } from './refusals.js'
import { track } from './request-log.js'
import { setSecurityHeaders } from './security-headers.js'

/**
 * A server for a port that may be open to the world while REST is not: sockets are attached to it, and to everything
 * else but `/health` it knows nothing.
 */
export function createSocketsOnlyServer({ core }: Instance, loggers: Loggers): Server {
  const refuse = createRefuse(core, loggers)
  return createServer({ requestTimeout: 30_000 }, (request, response) => {
    track(loggers.http, request, response)
    const path = request.url?.split('?', 1)[0] ?? '/'
    const fail = (error: unknown) => refuse(error, request.method ?? '', path, response)
    setSecurityHeaders(request, response, () => {
      if (path === '/health') answerHealth(core, request, response).catch(fail)
      else fail(nothingAt(path))
    })
  })
}

async function answerHealth(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw nothingAt('/health')
  const { status, body } = await healthOf(core)
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(body))
}

const nothingAt = (path: string) =>
  new AppError(
    'not_found',
    `There is nothing at ${path}: this port carries sockets alone. Call the other one.`,
  )
