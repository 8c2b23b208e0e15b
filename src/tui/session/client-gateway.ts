import {
  type AdminClient,
  type AdminSession,
  connectAdmin,
  createAdminClient,
  type Identity as WireIdentity,
} from './client.js'
import { ClientSession } from './client-session.js'
import { refused } from './errors.js'
import type { SessionFiles } from './files.js'
import { appFromWire } from './from-wire.js'
import { type Gateway, type Session, SessionError } from './session.js'

export interface GatewayOptions {
  readonly url: string
  readonly appId: string | undefined
  /** A token that is not stored; without it the stored login counts. */
  readonly token: string | undefined
  readonly files: SessionFiles
}

/** Opens sessions with a server, and keeps the login between two runs. */
export class ClientGateway implements Gateway {
  private readonly url: string
  private readonly token: string | undefined
  private readonly files: SessionFiles
  private readonly wantedApp: string | undefined
  private appId: string | null
  private tokens: AdminSession | null = null
  private opened: { readonly client: AdminClient; readonly identity: WireIdentity } | null = null

  constructor({ url, appId, token, files }: GatewayOptions) {
    this.url = url
    this.token = token
    this.files = files
    this.wantedApp = appId
    this.appId = appId ?? files.readLogin(url)?.appId ?? null
  }

  async resume(): Promise<Session | null> {
    if (this.token !== undefined) {
      const client = createAdminClient({ url: this.url, token: this.token })
      return this.enter(client, await refused(client.auth.me()))
    }
    const stored = this.files.readLogin(this.url)
    if (!stored) return null
    const client = this.clientFor(stored.session)
    try {
      return this.enter(client, await refused(client.auth.me()))
    } catch (error) {
      if (error instanceof SessionError && error.code === 'unauthorized') return null
      throw error
    }
  }

  async login(email: string, password: string): Promise<Session> {
    const client = this.clientFor(undefined)
    return this.enter(client, await refused(client.auth.login(email, password)))
  }

  async switchApp(_from: Session, appId: string): Promise<Session> {
    if (!this.opened) throw new SessionError('unauthorized', 'You are not logged in.')
    this.appId = appId
    this.store()
    return this.enter(this.opened.client, this.opened.identity)
  }

  async forget(): Promise<void> {
    if (this.tokens && this.opened) await refused(this.opened.client.auth.logout())
    this.tokens = null
    this.files.forgetLogin()
  }

  private clientFor(session: AdminSession | undefined): AdminClient {
    this.tokens = session ?? null
    return createAdminClient({
      url: this.url,
      ...(session ? { session } : {}),
      onSession: (next) => {
        this.tokens = next
        this.store()
      },
    })
  }

  private enter(client: AdminClient, identity: WireIdentity): Session {
    const app = this.appOf(identity)
    this.opened = { client, identity }
    this.appId = app.id
    this.store()
    const inApp = client.withApp(app.id)
    const outbox = this.files.outbox(identity.agent.id, app.id)
    const { id, name } = identity.agent
    const who = { agent: { id, name }, app: appFromWire(app), apps: identity.apps.map(appFromWire) }
    return new ClientSession(who, inApp, connectAdmin(inApp, { outbox }))
  }

  // An app that was asked for must be there; the one of last time may have gone.
  private appOf({ agent, apps }: WireIdentity): WireIdentity['apps'][number] {
    const app =
      apps.find(({ id }) => id === this.appId) ?? (this.wantedApp === undefined ? apps[0] : undefined)
    if (app) return app
    const which = this.wantedApp === undefined ? 'of any app' : `of the app ${this.wantedApp}`
    throw new SessionError('forbidden', `${agent.name} is no member ${which}. An admin can add you.`)
  }

  private store(): void {
    if (this.tokens) this.files.writeLogin({ url: this.url, appId: this.appId, session: this.tokens })
    else if (this.token === undefined) this.files.forgetLogin()
  }
}
