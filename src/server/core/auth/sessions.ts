import type { CoreContext } from '../context.js'
import { AppError, unauthorized } from '../errors.js'
import { hashRefreshToken, newId, newSecret } from '../ids.js'
import type { Agent, App, Role } from '../model.js'
import type { Transaction } from '../ports.js'
import { cleanEmail } from '../text.js'

export interface SignIn {
  accessToken: string
  expiresIn: number
  refreshToken: string
  agent: Agent
  apps: { app: App; role: Role }[]
}

/** Signing in with a password, and staying signed in. */
export class Sessions {
  readonly #context: CoreContext

  constructor(context: CoreContext) {
    this.#context = context
  }

  async login(email: string, password: string): Promise<SignIn> {
    const agent = await this.#context.store.read.agents.byEmail(cleanEmail(email))
    const now = this.#context.clock.now()
    if (agent?.lockedUntil != null && agent.lockedUntil > now) throw locked(agent.lockedUntil - now)
    const right = await this.#context.passwords.verify(agent?.passwordHash ?? null, password)
    if (agent === undefined || !right || agent.disabledAt !== null) {
      if (agent !== undefined) await this.#countFailure(agent, now)
      throw unauthorized('E-mail or password is wrong. Check both, or have the password reset.')
    }
    return this.#signedIn(agent, await this.#admit(agent))
  }

  async refresh(refreshToken: string): Promise<SignIn> {
    const { store, clock } = this.#context
    const token = await store.read.tokens.refreshByHash(this.#hash(refreshToken))
    const now = clock.now()
    if (token === undefined || token.revokedAt !== null || token.expiresAt <= now) throw signInAgain()
    const agent = await store.read.agents.byKey(token.agentKey)
    if (agent === undefined || agent.disabledAt !== null) throw signInAgain()
    // The next token is made in the same transaction, or one that is about to be made would outlive its family.
    const next = await store.transaction(async (transaction) => {
      if (await transaction.tokens.useRefresh(token.key, now))
        return this.#issue(transaction, agent, token.family)
      await transaction.tokens.revokeFamily(token.family, now)
      return null
    })
    if (next === null) throw signInAgain()
    return this.#signedIn(agent, next)
  }

  async logout(refreshToken: string): Promise<void> {
    const { store, clock } = this.#context
    await store.transaction(async (transaction) => {
      const token = await transaction.tokens.refreshByHash(this.#hash(refreshToken))
      if (token !== undefined) await transaction.tokens.revokeFamily(token.family, clock.now())
    })
  }

  #hash(refreshToken: string): string {
    return hashRefreshToken(refreshToken, this.#context.refreshSecret)
  }

  /** A refresh token of a family: the first, or the next. */
  async #issue(transaction: Transaction, agent: Agent, family: string): Promise<string> {
    const { clock, limits } = this.#context
    const refreshToken = newSecret('rrt_')
    const now = clock.now()
    await transaction.tokens.insertRefresh({
      hash: this.#hash(refreshToken),
      family,
      agentKey: agent.key,
      createdAt: now,
      expiresAt: now + limits.refreshTokenMs,
      usedAt: null,
      revokedAt: null,
    })
    return refreshToken
  }

  async #signedIn(agent: Agent, refreshToken: string): Promise<SignIn> {
    const { store, clock, accessTokens } = this.#context
    const { token, expiresIn } = await accessTokens.sign(agent.id, clock.now())
    const memberships = await store.read.agents.memberships(agent.key)
    const apps = memberships.map(({ app, membership }) => ({ app, role: membership.role }))
    return { accessToken: token, expiresIn, refreshToken, agent, apps }
  }

  /** Attempts that come at once are counted one after the other. */
  async #countFailure({ key }: Agent, now: number): Promise<void> {
    const { loginAttempts, loginWindowMs } = this.#context.limits
    await this.#context.store.transaction(async (transaction) => {
      const agent = await transaction.agents.lock(key)
      if (agent === undefined) return
      const inWindow = agent.failedLoginsSince !== null && now - agent.failedLoginsSince < loginWindowMs
      const failedLogins = inWindow ? agent.failedLogins + 1 : 1
      await transaction.agents.update(key, {
        failedLogins,
        failedLoginsSince: inWindow ? agent.failedLoginsSince : now,
        lockedUntil: failedLogins >= loginAttempts ? now + loginWindowMs : null,
      })
    })
  }

  /** Begins a session and forgets the failures, unless others have locked the account while this password was verified. */
  #admit(agent: Agent): Promise<string> {
    const now = this.#context.clock.now()
    const cleared = { failedLogins: 0, failedLoginsSince: null, lockedUntil: null }
    return this.#context.store.transaction(async (transaction) => {
      const { lockedUntil = null, failedLogins = 0 } = (await transaction.agents.lock(agent.key)) ?? {}
      if (lockedUntil !== null && lockedUntil > now) throw locked(lockedUntil - now)
      if (failedLogins > 0) await transaction.agents.update(agent.key, cleared)
      return this.#issue(transaction, agent, newId('evt'))
    })
  }
}

const signInAgain = () => unauthorized('This session has ended. Sign in again.')

function locked(remainingMs: number): AppError {
  const retryAfterSeconds = Math.ceil(remainingMs / 1000)
  const minutes = Math.ceil(remainingMs / 60_000)
  return new AppError('rate_limited', `Too many wrong passwords. Try again in ${minutes} minutes.`, {
    retryAfterSeconds,
  })
}
