import { ReplyHqError } from '../errors.js'
import type { ClientClock } from '../types/ports.js'
import type { Access } from './access.js'
import type { Call, Http } from './http.js'
import { queryString } from './query.js'

/** How long a request may take, and what ends it before. */
type Waiting = Pick<Call, 'signal' | 'patience'>

/** Sends the requests of agents and servers, with their credential and app. */
export class AgentCalls {
  readonly #http: Http
  readonly #access: Access
  readonly #appId: string | undefined

  constructor(http: Http, access: Access, appId: string | undefined) {
    this.#http = http
    this.#access = access
    this.#appId = appId
  }

  get clock(): ClientClock {
    return this.#http.clock
  }

  get<Answer>(path: string, query?: object, waiting?: Waiting): Promise<Answer> {
    return this.send('GET', `${path}${queryString(query)}`, undefined, undefined, waiting)
  }

  post<Answer>(path: string, body?: unknown, repeatable?: boolean): Promise<Answer> {
    return this.send('POST', path, body, repeatable)
  }

  /** A token that ended on the server before its time is renewed once. */
  async send<Answer>(
    method: string,
    path: string,
    body?: unknown,
    repeatable?: boolean,
    waiting?: Waiting,
  ): Promise<Answer> {
    const call = { method, path, body, repeatable, ...waiting }
    const token = await this.#access.token()
    try {
      return await this.#http.call<Answer>(this.#signed(call, token))
    } catch (error) {
      if (!(error instanceof ReplyHqError && error.code === 'unauthorized' && this.#access.renewable))
        throw error
    }
    const session = await this.#access.renew()
    return this.#http.call<Answer>(this.#signed(call, session.accessToken))
  }

  #signed(call: Omit<Call, 'headers'>, token: string): Call {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` }
    if (this.#appId !== undefined) headers['x-app-id'] = this.#appId
    return { ...call, headers }
  }
}
