import { ReplyHqError, type ReplyHqErrorCode, type ReplyHqErrorExtras } from '../errors.js'

const codeOfStatus: Readonly<Record<number, ReplyHqErrorCode>> = {
  400: 'invalid_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  500: 'internal',
}
const codes = new Set<string>([...Object.values(codeOfStatus), 'unavailable'])

/** The error of a refused request. A proxy in front may answer without the server's body: the status decides. */
export function refusalOf(status: number, body: unknown, retryAfter: string | null): ReplyHqError {
  const retryAfterSeconds = retryAfter === null ? undefined : Number.parseInt(retryAfter, 10) || undefined
  const found = errorFrom(body, { retryAfterSeconds })
  if (found !== null) return found
  const code = codeOfStatus[status] ?? (status >= 500 ? 'unavailable' : 'invalid_request')
  return new ReplyHqError(code, `The server answered ${status} and did not say why. Check its address.`, {
    retryAfterSeconds,
  })
}

/** The error of a body or an ack `{error: {code, message, …}}`; null when it has another shape. */
export function errorFrom(body: unknown, more: ReplyHqErrorExtras = {}): ReplyHqError | null {
  const error = isObject(body) ? body.error : undefined
  return isObject(error) ? errorOf(error, more) : null
}

/** The error of `{code, message, …}` itself. */
export function errorOf(error: Record<string, unknown>, more: ReplyHqErrorExtras = {}): ReplyHqError | null {
  const { code, message } = error
  if (typeof code !== 'string' || typeof message !== 'string') return null
  return new ReplyHqError(codes.has(code) ? (code as ReplyHqErrorCode) : 'internal', message, {
    ...extrasOf(error),
    ...more,
  })
}

function extrasOf(error: Record<string, unknown>): ReplyHqErrorExtras {
  const { details, request_id: requestId, assignee, latest, retry_after: retryAfter } = error
  return {
    ...(Array.isArray(details) ? { details } : {}),
    ...(typeof requestId === 'string' ? { requestId } : {}),
    ...(isObject(assignee) ? { assignee: assignee as unknown as ReplyHqErrorExtras['assignee'] } : {}),
    ...(isObject(latest) ? { latest: latest as unknown as ReplyHqErrorExtras['latest'] } : {}),
    ...(typeof retryAfter === 'number' ? { retryAfterSeconds: retryAfter } : {}),
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
