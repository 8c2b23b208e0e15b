import { SignJWT } from 'jose/jwt/sign'
import { z } from 'zod'
import type { Clock } from '../../core/ports.js'
import { patientPost } from '../outbound/patient-post.js'
import type { OutboundAgents } from '../outbound/post.js'
import { jsonOf, maximumBytes, timeoutMs } from './service.js'
import type { ServiceAccount } from './service-account.js'

const scope = 'https://www.googleapis.com/auth/firebase.messaging'
const assertionSeconds = 3_600
/** A token is renewed so long before its end: a request under way must not outlive it. */
const marginMs = 60_000

const granted = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().max(86_400) })

/** The access token of a service account (RFC 7523), asked for once and kept until shortly before its end. */
export class GoogleAccess {
  readonly #account: ServiceAccount
  readonly #clock: Clock
  readonly #agents: OutboundAgents
  #token: { value: string; until: number } | null = null
  #asking: Promise<string> | null = null

  constructor(account: ServiceAccount, clock: Clock, agents: OutboundAgents) {
    this.#account = account
    this.#clock = clock
    this.#agents = agents
  }

  /** Throws an Error with a sentence when there is none to be had. */
  async token(): Promise<string> {
    const known = this.#token
    const left = known === null ? 0 : known.until - this.#clock.now()
    if (known !== null && left > marginMs) return known.value
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  /** A token that was refused is not used again. */
  forget(value: string): void {
    if (this.#token?.value === value) this.#token = null
  }

  async #ask(): Promise<string> {
    const { tokenUrl: url } = this.#account
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: await this.#assertion(),
    }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const patience = { clock: this.#clock, timeoutMs, who: 'The token service' }
    const wanted = { url, headers, body, maximumBytes, agents: this.#agents }
    // An operator named this address, so it may be a private one.
    const answer = await patientPost(() => true, wanted, patience)
    const parsed = granted.safeParse(answer.status === 200 ? jsonOf(answer.text) : null)
    if (!parsed.success)
      throw new Error(
        `The token service answered ${answer.status}. Check the service account in PUSH_FCM_SERVICE_ACCOUNT_FILE and the clock of this machine.`,
      )
    const { access_token: value, expires_in } = parsed.data
    this.#token = { value, until: this.#clock.now() + expires_in * 1_000 }
    return value
  }

  #assertion(): Promise<string> {
    const { email, keyId, key, tokenUrl } = this.#account
    const now = Math.floor(this.#clock.now() / 1_000)
    return new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) })
      .setIssuer(email)
      .setSubject(email)
      .setAudience(tokenUrl)
      .setIssuedAt(now)
      .setExpirationTime(now + assertionSeconds)
      .sign(key)
  }
}
