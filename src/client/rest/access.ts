import { ReplyHqError } from '../errors.js'
import type { AdminClientOptions, AdminSession } from '../types/admin.js'
import type { Agent, App } from '../types/wire.js'
import type { Http } from './http.js'

/** A login's answer on the wire. */
export interface LoginAnswer {
  access_token: string
  expires_in: number
  refresh_token: string
  agent: Agent
  apps: App[]
}

// A token that ends within this time is renewed first: the request may be long on its way.
const leeway = 30_000

/** Holds the credential of an admin client, and renews what ends. Shared by all clients of one login. */
export class Access {
  readonly #http: Http
  readonly #options: AdminClientOptions
  #session: AdminSession | null
  #renewing: Promise<AdminSession> | null = null

  constructor(http: Http, options: AdminClientOptions) {
    this.#http = http
    this.#options = options
    this.#session = options.session ?? null
  }

  /** The bearer token to show now. */
  async token(): Promise<string> {
    const session = this.#session
    if (session === null) return this.#fixedToken()
    if (session.expiresAt - leeway > this.#http.clock.now()) return session.accessToken
    return (await this.renew()).accessToken
  }

  get secretKey(): string | undefined {
    return this.#session === null ? this.#options.apiKey : undefined
  }

  get renewable(): boolean {
    return this.#session !== null
  }

  /** One renewal at a time, because the refresh token works once. */
  renew(): Promise<AdminSession> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null
    })
    return this.#renewing
  }

  take(answer: LoginAnswer): AdminSession {
    const session: AdminSession = {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      expiresAt: this.#http.clock.now() + answer.expires_in * 1_000,
    }
    this.#set(session)
    return session
  }

  end(): void {
    if (this.#session !== null) this.#set(null)
  }

  get refreshToken(): string | undefined {
    return this.#session?.refreshToken
  }

  async #renew(): Promise<AdminSession> {
    const session = this.#session
    if (session === null) throw new ReplyHqError('unauthorized', 'Nobody is logged in. Log in first.')
    const stored = this.#options.readSession?.() ?? null
    // Showing a refresh token that was used already would end the login for every process.
    if (stored !== null && stored.expiresAt > session.expiresAt) {
      this.#session = stored
      if (stored.expiresAt - leeway > this.#http.clock.now()) return stored
    }
    return this.#refresh(this.#session ?? session)
  }

  async #refresh({ refreshToken }: AdminSession): Promise<AdminSession> {
    try {
      return this.take(
        await this.#http.call<LoginAnswer>({
          method: 'POST',
          path: '/v1/auth/refresh',
          headers: {},
          body: { refresh_token: refreshToken },
        }),
      )
    } catch (error) {
      if (error instanceof ReplyHqError && error.code === 'unauthorized') this.end()
      throw error
    }
  }

  #fixedToken(): string {
    const token = this.#options.token ?? this.#options.apiKey
    if (token !== undefined) return token
    throw new ReplyHqError('unauthorized', 'There is no credential. Log in, or give a token or a secret key.')
  }

  #set(session: AdminSession | null): void {
    this.#session = session
    this.#options.onSession?.(session)
  }
}
