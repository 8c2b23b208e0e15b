import type { CoreContext } from './context.js'
import type { SessionView } from './events.js'
import { assertMay } from './permissions.js'
import type { PresenceSubject } from './ports.js'
import type { AgentPrincipal, Principal, Staff, Visitor } from './principal.js'

interface LiveSession extends SessionView {
  appKey: number
}

/** Who is connected now, told to those who watch the app. */
export class PresenceTracking {
  readonly #context: CoreContext
  readonly #sessions = new Map<string, LiveSession>()
  readonly #connecting = new Map<string, Promise<void>>()

  constructor(context: CoreContext) {
    this.#context = context
  }

  /** A visitor's connection began; `platform` is the device's, when it is known. */
  async visitorConnected(visitor: Visitor, connectionId: string, platform: string | null): Promise<void> {
    const connecting = this.#visitorConnects(visitor, connectionId, platform)
    this.#connecting.set(connectionId, connecting)
    try {
      await connecting
    } finally {
      this.#connecting.delete(connectionId)
    }
  }

  async #visitorConnects(visitor: Visitor, connectionId: string, platform: string | null): Promise<void> {
    const at = this.#context.clock.now()
    const read = this.#context.store.read
    const open = await read.conversations.newestOfContact(visitor.contact.key, ['open', 'snoozed'])
    const session: SessionView = {
      deviceId: visitor.deviceId,
      contactId: visitor.contact.id,
      conversationId: open?.id ?? null,
      platform,
      at,
    }
    this.#sessions.set(connectionId, { ...session, appKey: visitor.app.key })
    this.#publishSession('session.connected', visitor, session)
    if (await this.#context.presence.connect(subjectOf(visitor), connectionId)) this.#tell(visitor, true)
  }

  async visitorDisconnected(visitor: Visitor, connectionId: string): Promise<void> {
    // A connection that ends at once must not be entered after it was taken out: its visitor would stay for ever.
    await this.#connecting.get(connectionId)?.catch(() => {})
    const session = this.#sessions.get(connectionId)
    this.#sessions.delete(connectionId)
    if (session !== undefined)
      this.#publishSession('session.disconnected', visitor, { ...session, at: this.#context.clock.now() })
    await this.#context.presence.disconnect(subjectOf(visitor), connectionId, () =>
      this.#tell(visitor, false),
    )
  }

  async agentConnected(agent: AgentPrincipal, connectionId: string): Promise<void> {
    if (await this.#context.presence.connect(subjectOf(agent), connectionId)) this.#tell(agent, true)
  }

  async agentDisconnected(agent: AgentPrincipal, connectionId: string): Promise<void> {
    await this.#context.presence.disconnect(subjectOf(agent), connectionId, () => this.#tell(agent, false))
  }

  /** The visitors' connections of an app on this node. */
  sessions(principal: Staff): SessionView[] {
    assertMay(principal, 'app.read')
    return [...this.#sessions.values()].filter(({ appKey }) => appKey === principal.app.key)
  }

  #publishSession(
    type: 'session.connected' | 'session.disconnected',
    { app }: Principal,
    session: SessionView,
  ): void {
    this.#context.bus.publish({ type, appKey: app.key, appId: app.id, session })
  }

  #tell(principal: Visitor | AgentPrincipal, online: boolean): void {
    this.#publish(principal, online).catch((error) =>
      this.#context.report(error, 'telling who came and went'),
    )
  }

  async #publish(principal: Visitor | AgentPrincipal, online: boolean): Promise<void> {
    const at = this.#context.clock.now()
    const { app } = principal
    const conversationKeys =
      principal.type === 'agent' ? await assignedKeys(this.#context, app.key, principal.agent.key) : []
    const person = principal.type === 'visitor' ? principal.contact : principal.agent
    const subject = principal.type === 'visitor' ? 'contact' : 'agent'
    this.#context.bus.publish({
      type: 'presence.changed',
      appKey: app.key,
      appId: app.id,
      subject,
      id: person.id,
      key: person.key,
      name: person.name,
      externalId: null,
      online,
      conversationKeys,
      at,
    })
    if (!online && subject === 'contact') this.#remember(person.key, at)
  }

  #remember(contactKey: number, at: number): void {
    this.#context.store
      .transaction((transaction) => transaction.contacts.update(contactKey, { lastSeenAt: at }))
      .catch((error) => this.#context.report(error, 'writing down when a contact was last seen'))
  }
}

/** Keys of the open conversations that an agent serves. */
export async function assignedKeys(
  context: CoreContext,
  appKey: number,
  agentKey: number,
): Promise<number[]> {
  const filter = { status: 'open', assigneeKey: agentKey } as const
  const rows = await context.store.read.conversations.list(appKey, filter, { limit: 200 })
  return rows.map(({ key }) => key)
}

const subjectOf = (principal: Visitor | AgentPrincipal): PresenceSubject =>
  principal.type === 'visitor'
    ? { type: 'contact', appKey: principal.app.key, key: principal.contact.key }
    : { type: 'agent', appKey: principal.app.key, key: principal.agent.key }
