import type { ServerResponse } from 'node:http'
import type { Loggers } from '../../logger.js'
import { type AppError, invalid } from '../core/errors.js'
import type { Core } from '../core/index.js'
import { protocols } from '../protocols/index.js'
import type { Protocol } from '../protocols/protocol.js'
import { asAppError } from '../protocols/serve-events.js'

/** Answers a request with a refusal, in the shape of the protocol that its path belongs to. */
export type Refuse = (thrown: unknown, method: string, path: string, response: ServerResponse) => void

/** Answers with what was thrown, in the words of the path's protocol; what nobody foresaw is logged. */
export function createRefuse(core: Core, loggers: Loggers): Refuse {
  return (thrown, method, path, response) => {
    const id = String(response.getHeader('X-Request-Id'))
    const report = (error: unknown, doing: string) =>
      loggers.http.error({ err: error, request_id: id }, `failed: ${doing}`)
    const error = isMalformed(thrown)
      ? invalid('The address is malformed. Encode it properly.')
      : asAppError(thrown, `${method} ${path}`, { report })
    send(response, error, protocolAt(path).error(core, error, id))
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

function send(response: ServerResponse, error: AppError, body: unknown): void {
  const { retryAfterSeconds } = error.extras
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds))
  if (error.code === 'unauthorized') response.setHeader('WWW-Authenticate', 'Bearer')
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.statusCode = error.status
  response.end(JSON.stringify(body))
}
