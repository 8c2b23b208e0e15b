import type { Message } from './model.js'

/** The catalogue: every refusal, on every protocol, is one of these. */
export const errorStatus = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const
export type ErrorCode = keyof typeof errorStatus

export interface ErrorExtras {
  details?: { path: string; message: string }[]
  /** Of a lost claim: who has the conversation. */
  assignee?: { id: string; name: string }
  /** Of a guarded send that came too late: the message that was not seen yet. */
  latest?: Message
  retryAfterSeconds?: number
}

/** A refusal: its code, and a sentence that tells what to do. Nothing was changed. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly extras: ErrorExtras

  constructor(code: ErrorCode, message: string, extras: ErrorExtras = {}) {
    super(message)
    this.name = 'AppError'
    this.code = code
    this.extras = extras
  }

  get status(): number {
    return errorStatus[this.code]
  }
}

export const invalid = (message: string, extras?: ErrorExtras) =>
  new AppError('invalid_request', message, extras)
export const unauthorized = (message: string) => new AppError('unauthorized', message)
export const forbidden = (message: string) => new AppError('forbidden', message)
export const conflict = (message: string, extras?: ErrorExtras) => new AppError('conflict', message, extras)

/** Also for what belongs to another app: whether it exists must not be seen. */
export const notFound = (what: string) =>
  new AppError('not_found', `There is no such ${what}. Check the id and the app.`)
