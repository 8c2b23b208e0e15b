import { backoffDelay } from '../backoff.js'
import { systemClock, wait } from '../clock.js'
import { ReplyHqError } from '../errors.js'
import type { ClientClock, Fetch } from '../types/ports.js'
import { Deadline } from './deadline.js'
import { refusalOf } from './refusal.js'

export interface HttpOptions {
  readonly url: string
  readonly fetch?: Fetch
  readonly clock?: ClientClock
  readonly timeout?: number
}

export interface Call {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  /** The request may be sent again when no answer came. */
  readonly repeatable?: boolean
  /** Gives it up. */
  readonly signal?: AbortSignal
  /** Milliseconds that the server takes on purpose, besides the usual time. */
  readonly patience?: number
}

const attempts = 3
const backoff = { first: 200, longest: 2_000 }

/** Sends requests and reads answers; every failure becomes a `ReplyHqError`. */
export class Http {
  readonly url: string
  readonly clock: ClientClock
  readonly #fetch: Fetch
  readonly #timeout: number

  constructor({ url, fetch, clock = systemClock, timeout = 15_000 }: HttpOptions) {
    this.url = baseOf(url)
    this.clock = clock
    this.#fetch = fetch ?? ((address, init) => globalThis.fetch(address, init))
    this.#timeout = timeout
  }

  /** The parsed answer; undefined for one without a body. */
  async call<Answer>(call: Call): Promise<Answer> {
    for (let failures = 1; ; failures++) {
      try {
        return await this.#once<Answer>(call)
      } catch (error) {
        if (call.signal?.aborted || !mayRepeat(call, error) || failures === attempts) throw error
        await wait(this.clock, backoffDelay(backoff, failures, this.clock))
      }
    }
  }

  async #once<Answer>(call: Call): Promise<Answer> {
    using deadline = new Deadline(this.#timeout + (call.patience ?? 0), call.signal)
    const response = await this.#send(call, deadline.signal)
    const body = await this.#read(response)
    if (!response.ok) throw refusalOf(response.status, body, response.headers.get('retry-after'))
    return body as Answer
  }

  async #send({ method, path, headers, body }: Call, signal: AbortSignal): Promise<Response> {
    const form = body instanceof FormData
    const json = body !== undefined && !form
    try {
      return await this.#fetch(`${this.url}${path}`, {
        method,
        headers: json ? { ...headers, 'content-type': 'application/json' } : { ...headers },
        ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
        signal,
      })
    } catch (cause) {
      throw this.#unreachable(cause)
    }
  }

  /** Undefined for an empty body, and for a refusal by something that speaks no JSON. */
  async #read(response: Response): Promise<unknown> {
    let text: string
    try {
      text = await response.text()
    } catch (cause) {
      throw this.#unreachable(cause)
    }
    try {
      return text === '' ? undefined : JSON.parse(text)
    } catch (cause) {
      if (!response.ok) return undefined
      throw new ReplyHqError(
        'unavailable',
        `${this.url} answered no JSON. Is it the address of the server?`,
        { cause },
      )
    }
  }

  /** Refused, cut, timed out, unresolved: for the caller all are the same. */
  #unreachable(cause: unknown): ReplyHqError {
    return new ReplyHqError(
      'unreachable',
      `${this.url} gave no answer. Check the address and that it runs.`,
      { cause },
    )
  }
}

/** The address without a slash at its end, so that paths can follow. */
function baseOf(url: string): string {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url.replace(/\/+$/, '')
  throw new ReplyHqError('invalid_request', `${url} is no address. Give one such as https://chat.example`)
}

function mayRepeat(call: Call, error: unknown): boolean {
  if (!(error instanceof ReplyHqError) || !(call.repeatable ?? call.method === 'GET')) return false
  return error.code === 'unreachable' || error.code === 'unavailable'
}
