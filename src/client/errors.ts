import type { ErrorBody, Message } from './types/wire.js'

type ServerError = ErrorBody['error']

/** The server's codes, and `unreachable` for a server that gave no answer at all. */
export type ReplyHqErrorCode = ServerError['code'] | 'unreachable'

export interface ReplyHqErrorExtras {
  readonly details?: readonly { readonly path: string; readonly message: string }[]
  readonly requestId?: string
  readonly assignee?: { readonly id: string; readonly name: string }
  readonly latest?: Message
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/** A refusal: its code, and a sentence that tells what to do. */
export class ReplyHqError extends Error {
  readonly code: ReplyHqErrorCode
  readonly details: readonly { readonly path: string; readonly message: string }[]
  readonly requestId: string | undefined
  /** Of a lost claim: who has the conversation. */
  readonly assignee: { readonly id: string; readonly name: string } | undefined
  /** Of a guarded send that came too late: the message that was not seen yet. */
  readonly latest: Message | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: ReplyHqErrorCode, message: string, extras: ReplyHqErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause })
    this.name = 'ReplyHqError'
    this.code = code
    this.details = extras.details ?? []
    this.requestId = extras.requestId
    this.assignee = extras.assignee
    this.latest = extras.latest
    this.retryAfterSeconds = extras.retryAfterSeconds
  }

  /** Whether the same request may succeed later without any change to it. */
  get passing(): boolean {
    return ['unreachable', 'unavailable', 'internal', 'rate_limited'].includes(this.code)
  }
}
