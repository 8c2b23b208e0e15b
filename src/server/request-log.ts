import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Logger } from '../logger.js'

/**
 * Gives every request an id and the log a line for it. The usual middleware makes two loggers and serialises
 * all headers of each request, also when nothing is logged.
 */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const request_id = requestId(request.get('X-Request-Id'))
    response.setHeader('X-Request-Id', request_id)
    const began = performance.now()
    // Never headers or query: they may hold credentials.
    const { method, path } = request
    response.once('close', () => {
      const { statusCode: status, writableFinished } = response
      const level = status >= 500 ? 'error' : 'debug'
      if (!logger.isLevelEnabled(level)) return
      const milliseconds = Math.round(performance.now() - began)
      logger[level](
        { request_id, method, path, status, milliseconds },
        writableFinished ? 'answered' : 'cut off',
      )
    })
    next()
  }
}

/** The caller's own id when it is a harmless one, so that both sides' logs can be joined. */
const requestId = (given: string | undefined): string =>
  given !== undefined && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
