import type { CoreContext } from './context.js'
import { AppError, forbidden, notFound, unauthorized } from './errors.js'
import { displayPrefix, hashRefreshToken, hashSecret, newId, newSecret } from './ids.js'
import type { KnownApps } from './known-apps.js'
import type { Agent, ApiKey, App, PersonalToken, Role } from './model.js'
import type { Transaction } from './ports.js'
import type { AgentPrincipal, ServerPrincipal, SignedInAgent } from './principal.js'
import { cleanEmail, cleanLine } from './text.js'

export interface SignIn {
  accessToken: string
  expiresIn: number
  refreshToken: string
  agent: Agent
  apps: { app: App; role: Role }[]
}

/** How often the last use of a key or token is written down: each write would cost a commit. */
const lastUsePrecisionMs = 60_000

/** Signing in, staying signed in, and recognising credentials. Keys and tokens are stored as hashes only. */
export class Auth {
  readonly #context: CoreContext
  readonly #apps: KnownApps

  constructor(context: CoreContext, apps: KnownApps) {
    this.#context = context
    this.#apps = apps
  }

  /** Unknown address, wrong password and disabled account cost and say the same. */
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

  /** A refresh token works once; when it comes a second time the whole family ends, for one of the two stole it. */
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

  /** Ends the family of this refresh token; an unknown one is ended already. */
  async logout(refreshToken: string): Promise<void> {
    const { store, clock } = this.#context
    await store.transaction(async (transaction) => {
      const token = await transaction.tokens.refreshByHash(this.#hash(refreshToken))
      if (token !== undefined) await transaction.tokens.revokeFamily(token.family, clock.now())
    })
  }

  /** Whose access token or personal token (`rhq_…`) this is. */
  async agentByToken(token: string): Promise<SignedInAgent> {
    const found = token.startsWith('rhq_') ? await this.#personal(token) : await this.#access(token)
    if (found === null || found.agent.disabledAt !== null)
      throw unauthorized('This token is not valid or has ended. Sign in again.')
    const { key, id, name, email } = found.agent
    return { agent: { key, id, name, email }, expiresAt: found.expiresAt }
  }

  /** The agent in an app: the one named, or the only one there is. */
  async inApp(signedIn: SignedInAgent, appId: string | undefined): Promise<AgentPrincipal> {
    const memberships = await this.#context.store.read.agents.memberships(signedIn.agent.key)
    const chosen = appId === undefined ? memberships : memberships.filter(({ app }) => app.id === appId)
    const [only] = chosen
    if (only === undefined) {
      if (appId !== undefined) throw notFound('app')
      throw forbidden('You are a member of no app. Ask an owner to add you.')
    }
    if (chosen.length > 1)
      throw new AppError('invalid_request', 'You have several apps. Name one in X-App-Id.')
    const { key, id, name } = signedIn.agent
    return {
      type: 'agent',
      agent: { key, id, name },
      app: this.#apps.current(only.app),
      role: only.membership.role,
    }
  }

  async appsOf(signedIn: SignedInAgent): Promise<{ app: App; role: Role }[]> {
    const memberships = await this.#context.store.read.agents.memberships(signedIn.agent.key)
    return memberships.map(({ app, membership }) => ({ app, role: membership.role }))
  }

  /** A server by its secret key; the app, when given, must be the key's own. */
  async serverByKey(key: string, appId?: string): Promise<ServerPrincipal> {
    const { app, apiKey } = await this.#appByKey(key, appId)
    if (apiKey.kind !== 'secret')
      throw forbidden('A publishable key cannot do this. Use a secret key, on a server.')
    return { type: 'server', app, keyId: apiKey.id, scopes: apiKey.scopes, expiresAt: apiKey.expiresAt }
  }

  /** The app that a visitor's software may write to. A secret key is refused: it would be public there. */
  async appByPublishableKey(
    key: string,
    appId?: string,
  ): Promise<{ app: App; keyId: string; expiresAt: number | null }> {
    const { app, apiKey } = await this.#appByKey(key, appId)
    if (apiKey.kind !== 'publishable')
      throw forbidden('Never give a secret key to a client. Use the publishable key.')
    return { app, keyId: apiKey.id, expiresAt: apiKey.expiresAt }
  }

  /** The app of those who need not say who they are; null where everybody must. */
  async anonymousApp(): Promise<App | null> {
    if (!this.#context.anonymous) return null
    const [first] = await this.#context.store.read.apps.list()
    return first ?? null
  }

  /** A token that its agent may use instead of signing in; shown once. */
  async createPersonalToken(
    agentKey: number,
    options: { name?: string; token?: string; expiresAt?: number },
  ): Promise<{ token: string; row: PersonalToken }> {
    const token = options.token ?? newSecret('rhq_')
    const row = await this.#context.store.transaction((transaction) =>
      transaction.tokens.insertPersonal({
        id: newId('pat'),
        agentKey,
        name: cleanLine(options.name),
        prefix: displayPrefix(token),
        hash: hashSecret(token),
        createdAt: this.#context.clock.now(),
        lastUsedAt: null,
        expiresAt: options.expiresAt ?? null,
        revokedAt: null,
      }),
    )
    return { token, row }
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

  async #access(token: string): Promise<{ agent: Agent; expiresAt: number } | null> {
    const verified = await this.#context.accessTokens.verify(token, this.#context.clock.now())
    const agent = verified && (await this.#context.store.read.agents.byId(verified.agentId))
    return agent == null ? null : { agent, expiresAt: verified?.expiresAt ?? 0 }
  }

  async #personal(token: string): Promise<{ agent: Agent; expiresAt: number | null } | null> {
    const { store, clock } = this.#context
    const row = await store.read.tokens.personalByHash(hashSecret(token))
    const now = clock.now()
    if (row === undefined || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= now))
      return null
    const agent = await store.read.agents.byKey(row.agentKey)
    if (now - (row.lastUsedAt ?? 0) > lastUsePrecisionMs)
      await store.transaction((transaction) => transaction.tokens.touchPersonal(row.key, now))
    return agent === undefined ? null : { agent, expiresAt: row.expiresAt }
  }

  async #appByKey(key: string, appId: string | undefined): Promise<{ app: App; apiKey: ApiKey }> {
    const { store, clock } = this.#context
    const apiKey = await store.read.apiKeys.byHash(hashSecret(key))
    const now = clock.now()
    if (
      apiKey === undefined ||
      apiKey.revokedAt !== null ||
      (apiKey.expiresAt !== null && apiKey.expiresAt <= now)
    )
      throw unauthorized('This key is not valid. Check it, or make a new one with "replyhq keys create".')
    const app = await store.read.apps.byKey(apiKey.appKey)
    if (app === undefined || (appId !== undefined && app.id !== appId))
      throw unauthorized('This key does not belong to that app. Check X-App-Id and the key.')
    if (now - (apiKey.lastUsedAt ?? 0) > lastUsePrecisionMs)
      await store.transaction((transaction) => transaction.apiKeys.update(apiKey.key, { lastUsedAt: now }))
    return { app: this.#apps.current(app), apiKey }
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
