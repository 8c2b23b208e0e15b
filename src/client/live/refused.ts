import { ReplyHqError } from '../errors.js'
import { errorFrom, errorOf, isObject } from '../rest/refusal.js'

/** Why a connection attempt failed: the server's refusal where it gave one, else `unreachable`. */
export function connectErrorOf(error: Error & { data?: unknown }): ReplyHqError {
  const { data } = error
  const refusal = errorFrom(data) ?? (isObject(data) ? errorOf(data) : null)
  return refusal ?? new ReplyHqError('unreachable', error.message, { cause: error })
}
