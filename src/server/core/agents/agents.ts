import { randomBytes } from 'node:crypto'
import { record } from '../audit.js'
import type { CoreContext } from '../context.js'
import { conflict, invalid, notFound } from '../errors.js'
import { newId } from '../ids.js'
import type { Agent, App, Availability, Membership, Role } from '../model.js'
import { assertMay } from '../permissions.js'
import type { MemberRow } from '../ports/agents.js'
import type { Transaction } from '../ports.js'
import { assignedKeys } from '../presence/audience.js'
import type { AgentPrincipal, SignedInAgent, Staff } from '../principal.js'
import { cleanEmail, cleanLine, cleanText } from '../text.js'

export interface NewAgent {
  email: string
  name: string
  /** Made when absent, and then given back once. */
  password?: string
  role?: Role
  capacity?: number
}

const defaultCapacity = 5

/** The people who answer, and what they may do in an app. */
export class Agents {
  readonly #context: CoreContext

  constructor(context: CoreContext) {
    this.#context = context
  }

  async list(principal: Staff): Promise<MemberRow[]> {
    assertMay(principal, 'app.read')
    return this.#context.store.read.agents.members(principal.app.key)
  }

  /** One agent as a member of this app. */
  async member(principal: Staff, agentId: string): Promise<MemberRow> {
    assertMay(principal, 'app.read')
    return this.#row(principal, agentId)
  }

  /** The account of who is signed in. */
  async self({ agent }: SignedInAgent): Promise<Agent> {
    const account = await this.#context.store.read.agents.byKey(agent.key)
    if (account === undefined) throw notFound('agent')
    return account
  }

  connected(appKey: number, agentKey: number): boolean {
    return this.#context.presence.online({ type: 'agent', appKey, key: agentKey })
  }

  /** Makes the agent, or adds one who has an account already to the app. */
  async add(principal: Staff, input: NewAgent): Promise<{ agent: Agent; password: string | null }> {
    assertMay(principal, managing(input.role ?? 'agent'))
    const email = cleanEmail(input.email)
    const known = await this.#context.store.read.agents.byEmail(email)
    const password = known === undefined ? (input.password ?? makePassword()) : null
    const passwordHash = password === null ? null : await this.#context.passwords.hash(password)
    const agent = await this.#context.store.transaction(async (transaction) => {
      const existing = known && (await transaction.agents.membership(principal.app.key, known.key))
      if (existing !== undefined)
        throw conflict(`${email} is a member of this app already. Change the role instead.`)
      const added =
        known ??
        (await transaction.agents.insert(newAgent(input, email, passwordHash, this.#context.clock.now())))
      await transaction.agents.saveMembership(
        this.#membership(principal, added.key, input.role, input.capacity),
      )
      const details = { email, role: input.role ?? 'agent' }
      await record(this.#context, transaction, principal, { action: 'agent.add', target: added.id, details })
      return added
    })
    return { agent, password: input.password === undefined ? password : null }
  }

  async setMembership(
    principal: Staff,
    agentId: string,
    patch: { role?: Role; capacity?: number },
  ): Promise<MemberRow> {
    const { agent, membership } = await this.#member(principal, agentId)
    assertMay(principal, managing(membership.role))
    if (patch.role !== undefined) assertMay(principal, managing(patch.role))
    const changed = { ...membership, ...patch }
    await this.#context.store.transaction(async (transaction) => {
      if (membership.role === 'owner' && changed.role !== 'owner')
        await this.#assertOtherOwner(transaction, membership)
      await transaction.agents.saveMembership(changed)
      const details = { role: changed.role, capacity: changed.capacity }
      await record(this.#context, transaction, principal, {
        action: 'agent.change',
        target: agent.id,
        details,
      })
      if (changed.role !== membership.role) transaction.afterCommit(() => this.#announce(principal, agent))
    })
    return this.#row(principal, agent.id)
  }

  /** Out of this app; the account and what was written stay. */
  async remove(principal: Staff, agentId: string): Promise<void> {
    const { agent, membership } = await this.#member(principal, agentId)
    assertMay(principal, managing(membership.role))
    await this.#context.store.transaction(async (transaction) => {
      if (membership.role === 'owner') await this.#assertOtherOwner(transaction, membership)
      await transaction.agents.removeMembership(principal.app.key, agent.key)
      await record(this.#context, transaction, principal, { action: 'agent.remove', target: agent.id })
      transaction.afterCommit(() => this.#announce(principal, agent))
    })
  }

  /** The agent's own intent; the connection is another matter. */
  async setAvailability(principal: Staff, availability: Availability): Promise<Agent> {
    if (principal.type !== 'agent') throw invalid('Only an agent is available or away. Sign in as one.')
    const agent = await this.#context.store.transaction((transaction) =>
      transaction.agents.update(principal.agent.key, { availability }),
    )
    if (agent === undefined) throw notFound('agent')
    const online = availability === 'online' && this.connected(principal.app.key, agent.key)
    const conversationKeys = await assignedKeys(this.#context, principal.app.key, agent.key)
    this.#context.bus.publish({
      type: 'presence.changed',
      appKey: principal.app.key,
      appId: principal.app.id,
      subject: 'agent',
      externalId: null,
      id: agent.id,
      key: agent.key,
      name: agent.name,
      online,
      conversationKeys,
      at: this.#context.clock.now(),
    })
    return agent
  }

  /** For the machine's operator: a new password, all sessions ended. */
  async resetPassword(email: string, password?: string): Promise<{ agent: Agent; password: string }> {
    const { store, clock, passwords } = this.#context
    const agent = await store.read.agents.byEmail(cleanEmail(email))
    if (agent === undefined) throw notFound('agent')
    const chosen = password ?? makePassword()
    const passwordHash = await passwords.hash(chosen)
    await store.transaction(async (transaction) => {
      await transaction.agents.update(agent.key, { passwordHash, failedLogins: 0, lockedUntil: null })
      await transaction.tokens.revokeRefreshOf(agent.key, clock.now())
    })
    return { agent, password: chosen }
  }

  #announce({ app }: Staff, agent: Agent): void {
    const { key: appKey, id: appId } = app
    this.#context.bus.publish({ type: 'access.changed', appKey, appId, keyId: null, agentKey: agent.key })
  }

  /** An agent known by name alone, where nobody is asked who they are; never one with a password. */
  async guest(app: App, name: string): Promise<AgentPrincipal> {
    const slug =
      cleanText(name)
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, '-')
        .slice(0, 60) || 'agent'
    const email = `${slug}@guest.invalid`
    const role: Role = 'admin'
    const {
      key,
      id,
      name: known,
    } = await this.#context.store.transaction(async (transaction) => {
      const at = this.#context.clock.now()
      const guest =
        (await transaction.agents.byEmail(email)) ??
        (await transaction.agents.insert(newAgent({ name, email }, email, null, at)))
      const membership = {
        appKey: app.key,
        agentKey: guest.key,
        role,
        capacity: defaultCapacity,
        createdAt: at,
      }
      await transaction.agents.saveMembership(membership)
      return guest
    })
    return { type: 'agent', agent: { key, id, name: known }, app, role }
  }

  async #row({ app }: Staff, agentId: string): Promise<MemberRow> {
    const members = await this.#context.store.read.agents.members(app.key)
    const member = members.find(({ agent }) => agent.id === agentId)
    if (member === undefined) throw notFound('agent')
    return member
  }

  async #member(principal: Staff, agentId: string): Promise<{ agent: Agent; membership: Membership }> {
    assertMay(principal, 'app.manage')
    const { agents } = this.#context.store.read
    const agent = await agents.byId(agentId)
    const membership = agent && (await agents.membership(principal.app.key, agent.key))
    if (agent === undefined || membership === undefined) throw notFound('agent')
    return { agent, membership }
  }

  #membership(
    principal: Staff,
    agentKey: number,
    role: Role = 'agent',
    capacity = defaultCapacity,
  ): Membership {
    return { appKey: principal.app.key, agentKey, role, capacity, createdAt: this.#context.clock.now() }
  }

  async #assertOtherOwner(transaction: Transaction, membership: Membership): Promise<void> {
    const members = await transaction.agents.members(membership.appKey)
    const others = members.filter(
      (row) => row.membership.role === 'owner' && row.agent.key !== membership.agentKey,
    )
    if (others.length === 0) throw conflict('An app needs an owner. Make somebody else owner first.')
  }
}

/** Roles of admins and owners are the owner's to give. */
const managing = (role: Role) => (role === 'owner' || role === 'admin' ? 'app.own' : 'app.manage')

export const makePassword = (): string => randomBytes(12).toString('base64url')

/** A row for an agent whose address is clean already; `at` in milliseconds. No name: invalid_request. */
export function newAgent(
  input: NewAgent,
  email: string,
  passwordHash: string | null,
  at: number,
): Omit<Agent, 'key'> {
  const name = cleanLine(input.name)
  if (name === null) throw invalid('An agent needs a name.')
  return {
    id: newId('agt'),
    name,
    email,
    passwordHash,
    availability: 'online',
    failedLogins: 0,
    failedLoginsSince: null,
    lockedUntil: null,
    createdAt: at,
    disabledAt: null,
  }
}
