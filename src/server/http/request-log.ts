import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from '../../logger.js'

/**
 * Gives a request its id, and the log a line when it is answered. The usual middleware makes two loggers and
 * serialises all headers of each request, also when nothing is logged.
 */
export function track(logger: Logger, request: IncomingMessage, response: ServerResponse): string {
  const request_id = requestId(request.headers['x-request-id'])
  response.setHeader('X-Request-Id', request_id)
  // Why one failed is logged where it fails; what is left to say is of use for debugging only.
  if (!logger.isLevelEnabled('debug')) return request_id
  const began = performance.now()
  const { method } = request
  // Never headers or query: they may hold credentials.
  const path = request.url?.split('?', 1)[0]
  response.once('close', () => {
    const { statusCode: status, writableFinished } = response
    const milliseconds = Math.round(performance.now() - began)
    logger.debug(
      { request_id, method, path, status, milliseconds },
      writableFinished ? 'answered' : 'cut off',
    )
  })
  return request_id
}

/** The caller's own id when it is a harmless one, so that both sides' logs can be joined. */
const requestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
