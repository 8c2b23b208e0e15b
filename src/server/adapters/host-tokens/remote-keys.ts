import type { JWTVerifyGetKey } from 'jose'
import * as errors from 'jose/errors'
import { createRemoteJWKSet } from 'jose/jwks/remote'
import { jwtVerify } from 'jose/jwt/verify'
import { AppError } from '../../core/errors.js'
import { optionsAt } from './options.js'
import type { Verifier } from './verifier.js'

export interface RemoteKeysOptions {
  /** Told why keys could not be had. */
  report(error: unknown, doing: string): void
}

/** How long keys are believed without asking again, so that one that was taken back ends. */
const freshMs = 10 * 60_000
/** A key that is not known is asked for again no sooner: anybody can make up key ids. */
const unknownKeyMs = 10_000
const retryMs = 5_000
const timeoutMs = 3_000

const algorithms = ['RS256', 'ES256', 'EdDSA']

/** Public keys from a JSON Web Key Set. Those that are known go on working while it cannot be reached. */
export function remoteKeys(url: URL, options: RemoteKeysOptions): Verifier {
  const keys = new RemoteKeys(url, options)
  return {
    algorithms,
    async verify(token, now) {
      const { payload } = await jwtVerify(
        token,
        (header, input) => keys.get(now, header, input),
        optionsAt(now, algorithms),
      )
      return payload
    },
  }
}

/** When to ask is decided here by the caller's clock; asking, reading and choosing is jose's. */
class RemoteKeys {
  readonly #set: ReturnType<typeof createRemoteJWKSet>
  readonly #options: RemoteKeysOptions
  #loadedAt: number | null = null
  #failedAt: number | null = null

  constructor(url: URL, options: RemoteKeysOptions) {
    const never = Number.POSITIVE_INFINITY
    this.#set = createRemoteJWKSet(url, {
      timeoutDuration: timeoutMs,
      cacheMaxAge: never,
      cooldownDuration: never,
    })
    this.#options = options
  }

  async get(now: number, ...key: Parameters<JWTVerifyGetKey>) {
    if (this.#loadedAt === null) await this.#load(now)
    else if (now - this.#loadedAt >= freshMs) await this.#load(now).catch(ignoreUnavailable)
    try {
      return await this.#set(...key)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.#isOlderThan(unknownKeyMs, now)) throw error
    }
    await this.#load(now)
    return this.#set(...key)
  }

  #isOlderThan(milliseconds: number, now: number): boolean {
    return this.#loadedAt === null || now - this.#loadedAt >= milliseconds
  }

  async #load(now: number): Promise<void> {
    if (this.#failedAt !== null && now - this.#failedAt < retryMs) throw unavailable()
    try {
      await this.#set.reload()
      this.#loadedAt = now
      this.#failedAt = null
    } catch (error) {
      this.#failedAt = now
      this.#options.report(error, 'fetching the keys of AUTH_JWKS_URL')
      throw unavailable()
    }
  }
}

const unavailable = () =>
  new AppError('unavailable', 'The keys that verify tokens cannot be fetched now. Try again in a moment.', {
    retryAfterSeconds: retryMs / 1000,
  })

function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof AppError)) throw error
}
