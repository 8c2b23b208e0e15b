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
    return (await this.#persist(call, (response) => this.#read(response))) as Answer
  }

  /** The bytes of the answer. */
  content(call: Call): Promise<ArrayBuffer> {
    return this.#persist(call, (response) => response.arrayBuffer())
  }

  async #persist<Answer>(call: Call, read: (response: Response) => Promise<Answer>): Promise<Answer> {
    for (let failures = 1; ; failures++) {
      try {
        return await this.#once(call, read)
      } catch (error) {
        if (call.signal?.aborted || !mayRepeat(call, error) || failures === attempts) throw error
        await wait(this.clock, backoffDelay(backoff, failures, this.clock))
      }
    }
  }

  async #once<Answer>(call: Call, read: (response: Response) => Promise<Answer>): Promise<Answer> {
    using deadline = new Deadline(this.#timeout + (call.patience ?? 0), call.signal)
    const response = await this.#send(call, deadline.signal)
    if (response.ok) return await this.#received(response, read)
    const body = await this.#received(response, (refused) => this.#read(refused))
    throw refusalOf(response.status, body, response.headers.get('retry-after'))
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

  /** An answer that breaks off is none. */
  async #received<Answer>(
    response: Response,
    read: (response: Response) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await read(response)
    } catch (cause) {
      throw cause instanceof ReplyHqError ? cause : this.#unreachable(cause)
    }
  }

  /** Undefined for an empty body, and for a refusal by something that speaks no JSON. */
  async #read(response: Response): Promise<unknown> {
    const text = await response.text()
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
