import type { KnownApps } from '../apps/known-apps.js'
import type { CoreContext } from '../context.js'
import { AppError, forbidden, notFound, unauthorized } from '../errors.js'
import { displayPrefix, hashSecret, newId, newSecret } from '../ids.js'
import type { Agent, App, PersonalToken, Role } from '../model.js'
import type { AgentPrincipal, Principal, ServerPrincipal, SignedInAgent } from '../principal.js'
import { cleanLine } from '../text.js'
import { ApiKeys } from './api-keys.js'
import { lastUsePrecisionMs, noteUse } from './last-use.js'
import { Sessions, type SignIn } from './sessions.js'
import { stillOpens } from './standing.js'

/** Signing in, staying signed in, and recognising credentials. Keys and tokens are stored as hashes only. */
export class Auth {
  readonly #context: CoreContext
  readonly #apps: KnownApps
  readonly #sessions: Sessions
  readonly #keys: ApiKeys

  constructor(context: CoreContext, apps: KnownApps) {
    this.#context = context
    this.#apps = apps
    this.#sessions = new Sessions(context)
    this.#keys = new ApiKeys(context, apps)
  }

  /** Unknown address, wrong password and disabled account cost and say the same. */
  login(email: string, password: string): Promise<SignIn> {
    return this.#sessions.login(email, password)
  }

  /** A refresh token works once; when it comes a second time the whole family ends, for one of the two stole it. */
  refresh(refreshToken: string): Promise<SignIn> {
    return this.#sessions.refresh(refreshToken)
  }

  /** Ends the family of this refresh token; an unknown one is ended already. */
  logout(refreshToken: string): Promise<void> {
    return this.#sessions.logout(refreshToken)
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
    const { app, apiKey } = await this.#keys.find(key, appId)
    if (apiKey.kind !== 'secret')
      throw forbidden('A publishable key cannot do this. Use a secret key, on a server.')
    return { type: 'server', app, keyId: apiKey.id, scopes: apiKey.scopes, expiresAt: apiKey.expiresAt }
  }

  /** The app that a visitor's software may write to. A secret key is refused: it would be public there. */
  async appByPublishableKey(
    key: string,
    appId?: string,
  ): Promise<{ app: App; keyId: string; expiresAt: number | null }> {
    const { app, apiKey } = await this.#keys.find(key, appId)
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

  /** Whether a credential still opens as much as when the principal came with it. */
  stillOpens(principal: Principal, credential: string | number): Promise<boolean> {
    return stillOpens(this.#context, principal, credential)
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
      await noteUse(this.#context, (transaction) => transaction.tokens.touchPersonal(row.key, now))
    return agent === undefined ? null : { agent, expiresAt: row.expiresAt }
  }
}
