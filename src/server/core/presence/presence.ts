import type { CoreContext } from '../context.js'
import type { Threads } from '../conversations/threads.js'
import type { SessionView } from '../events.js'
import type { Outbox } from '../outbox/outbox.js'
import { assertMay } from '../permissions.js'
import type { Ask } from '../ports/nodes.js'
import type { PresenceSubject } from '../ports.js'
import type { AgentPrincipal, Customer, Member, Principal, Staff, Visitor } from '../principal.js'
import type { MissedPushes } from '../push/missed.js'
import { LastSeen } from './last-seen.js'
import { PresenceReading, type UserPresence } from './reading.js'
import { type Person, PresenceTelling } from './telling.js'
import type { Typing } from './typing.js'

interface LiveSession extends SessionView {
  appKey: number
}

interface PresenceTools {
  threads: Threads
  typing: Typing
  outbox: Outbox
  missedPushes: MissedPushes
}

/** Who is connected now, told to those who watch the app or talk with them. */
export class PresenceTracking {
  readonly #context: CoreContext
  readonly #typing: Typing
  readonly #telling: PresenceTelling
  readonly #reading: PresenceReading
  readonly #lastSeen = new LastSeen()
  readonly #sessions = new Map<string, LiveSession>()
  readonly #connecting = new Map<string, Promise<void>>()
  readonly #sessionsElsewhere: Ask<number, SessionView[]>

  constructor(context: CoreContext, { threads, typing, outbox, missedPushes }: PresenceTools) {
    this.#context = context
    this.#typing = typing
    this.#telling = new PresenceTelling(context, outbox, missedPushes)
    this.#reading = new PresenceReading(context, threads, this.#lastSeen)
    this.#sessionsElsewhere = context.question('sessions', (appKey: number) => this.#sessionsHere(appKey))
    // Also when the last connection was on another node.
    context.bus.subscribe((event) => {
      if (event.type === 'presence.changed' && event.subject === 'contact' && !event.online)
        this.#lastSeen.forget(event.key)
    })
  }

  /** A visitor's connection began; `platform` is the device's, when it is known. */
  visitorConnected(visitor: Visitor, connectionId: string, platform: string | null): Promise<void> {
    return this.#entering(connectionId, this.#visitorConnects(visitor, connectionId, platform))
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
    await this.#connects(visitor, connectionId)
  }

  async visitorDisconnected(visitor: Visitor, connectionId: string): Promise<void> {
    await this.#entered(connectionId)
    const session = this.#sessions.get(connectionId)
    this.#sessions.delete(connectionId)
    if (session !== undefined)
      this.#publishSession('session.disconnected', visitor, { ...session, at: this.#context.clock.now() })
    this.#lastSeen.active(visitor.contact.key, this.#context.clock.now())
    await this.#disconnects(visitor, connectionId)
  }

  agentConnected(agent: AgentPrincipal, connectionId: string): Promise<void> {
    return this.#connects(agent, connectionId)
  }

  agentDisconnected(agent: AgentPrincipal, connectionId: string): Promise<void> {
    return this.#disconnects(agent, connectionId)
  }

  memberConnected(member: Member, connectionId: string): Promise<void> {
    this.#lastSeen.connected(member.contact.key, connectionId, this.#context.clock.now())
    return this.#entering(connectionId, this.#connects(member, connectionId))
  }

  /** With the last connection whatever the member was writing ends. */
  async memberDisconnected(member: Member, connectionId: string): Promise<void> {
    await this.#entered(connectionId)
    const { key } = member.contact
    if (this.#lastSeen.disconnected(key, connectionId, this.#context.clock.now()))
      this.#typing.stopOf('contact', key)
    await this.#disconnects(member, connectionId)
  }

  /** A sign of life of somebody who is connected. Costs no read and no write. */
  memberActive(member: Member): void {
    this.#lastSeen.active(member.contact.key, this.#context.clock.now())
  }

  /** Whether up to 1,000 users are here, in the order in which they are named. */
  presenceOf(member: Member, userIds: readonly string[]): Promise<UserPresence[]> {
    return this.#reading.of(member, userIds)
  }

  /** The same for those who are in a conversation of the member. */
  presenceIn(member: Member, conversationId: string): Promise<UserPresence[]> {
    return this.#reading.in(member, conversationId)
  }

  /** The visitors' connections of an app: those of this node, then those of the others that answer in time. */
  async sessions(principal: Staff): Promise<SessionView[]> {
    assertMay(principal, 'app.read')
    const elsewhere = await this.#sessionsElsewhere(principal.app.key)
    return [...this.#sessionsHere(principal.app.key), ...elsewhere.flatMap(([, sessions]) => sessions ?? [])]
  }

  #sessionsHere(of: number): SessionView[] {
    return [...this.#sessions.values()]
      .filter(({ appKey }) => appKey === of)
      .map(({ appKey: _appKey, ...session }) => session)
  }

  /** Tells of somebody whose coming or going no node has told; who is deleted meanwhile is not told of. */
  async changed(subject: PresenceSubject, online: boolean): Promise<void> {
    const person = await this.#telling.person(subject)
    if (person !== undefined) await this.#telling.tell(person, online, this.#context.clock.now())
  }

  async #connects(principal: Customer | AgentPrincipal, connectionId: string): Promise<void> {
    const person = personOf(principal)
    if (await this.#context.presence.connect(person.subject, connectionId)) this.#tell(person, true)
  }

  async #disconnects(principal: Customer | AgentPrincipal, connectionId: string): Promise<void> {
    const person = personOf(principal)
    await this.#context.presence.disconnect(person.subject, connectionId, () => this.#tell(person, false))
  }

  /** A connection that ends at once must not be entered after it was taken out: its person would stay for ever. */
  async #entering(connectionId: string, connecting: Promise<void>): Promise<void> {
    this.#connecting.set(connectionId, connecting)
    try {
      await connecting
    } finally {
      this.#connecting.delete(connectionId)
    }
  }

  #entered(connectionId: string): Promise<void> {
    return this.#connecting.get(connectionId)?.catch(() => {}) ?? Promise.resolve()
  }

  #publishSession(
    type: 'session.connected' | 'session.disconnected',
    { app }: Principal,
    session: SessionView,
  ): void {
    this.#context.bus.publish({ type, appKey: app.key, appId: app.id, session })
  }

  #tell(person: Person, online: boolean): void {
    const { type, key } = person.subject
    const lastHere = type === 'contact' && !online ? this.#lastSeen.ended(key) : undefined
    this.#telling
      .tell(person, online, lastHere ?? this.#context.clock.now())
      .catch((error) => this.#context.report(error, 'telling who came and went'))
  }
}

function personOf(principal: Customer | AgentPrincipal): Person {
  const { app } = principal
  if (principal.type === 'agent') {
    const { key, id, name } = principal.agent
    return { subject: { type: 'agent', appKey: app.key, key }, appId: app.id, id, externalId: null, name }
  }
  const { key, id, externalId, name } = principal.contact
  return { subject: { type: 'contact', appKey: app.key, key }, appId: app.id, id, externalId, name }
}
