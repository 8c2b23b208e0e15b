import { newAgent } from '../../src/server/core/agents/agents.js'
import type { ConversationView } from '../../src/server/core/events.js'
import type { Message, Role } from '../../src/server/core/model.js'
import type {
  AgentPrincipal,
  Operator,
  Principal,
  ServerPrincipal,
  Visitor,
} from '../../src/server/core/principal.js'
import type { TestInstance } from './instance.js'

let made = 0
const next = () => ++made

/** An app with one person of every role, as a test finds it. */
export class Company {
  constructor(
    readonly instance: TestInstance,
    readonly operator: Operator,
    readonly owner: AgentPrincipal,
    readonly admin: AgentPrincipal,
    readonly ada: AgentPrincipal,
    readonly bob: AgentPrincipal,
    readonly viewer: AgentPrincipal,
  ) {}

  get app() {
    return this.operator.app
  }

  get core() {
    return this.instance.core
  }

  /** A secret key with every scope. */
  get server(): ServerPrincipal {
    return {
      type: 'server',
      app: this.app,
      keyId: 'key_test',
      scopes: ['read', 'write', 'admin'],
      expiresAt: null,
    }
  }

  /** Somebody who was never here before. */
  visitor(name?: string): Promise<Visitor> {
    return this.core.visitors.recognise(
      this.app,
      `device-${next()}`,
      name === undefined ? undefined : { name },
    )
  }

  agent(name: string, role: Role = 'agent'): Promise<AgentPrincipal> {
    return addAgent(this.instance, this.operator, name, role)
  }

  /** A conversation that waits in the queue, without a message. */
  async waiting(visitor?: Visitor): Promise<Talk> {
    const writer = visitor ?? (await this.visitor())
    const { view } = await this.core.conversations.start(writer, { new: true })
    return new Talk(this, writer, view.conversation.id)
  }

  /** A conversation that an agent has claimed. */
  async served(agent: AgentPrincipal = this.ada, visitor?: Visitor): Promise<Talk> {
    const talk = await this.waiting(visitor)
    await this.core.queue.claim(agent, talk.id)
    return talk
  }

  async closed(agent: AgentPrincipal = this.ada): Promise<Talk> {
    const talk = await this.served(agent)
    await this.core.lifecycle.close(agent, talk.id)
    return talk
  }

  async snoozed(milliseconds = 60_000): Promise<Talk> {
    const talk = await this.served()
    await this.core.lifecycle.snooze(this.ada, talk.id, this.instance.clock.now() + milliseconds)
    return talk
  }
}

/** A conversation and its visitor. */
export class Talk {
  constructor(
    readonly company: Company,
    readonly visitor: Visitor,
    readonly id: string,
  ) {}

  /** Sends a message under a local id that was not used before. */
  async say(principal: Principal, body: string): Promise<Message> {
    const { message } = await this.company.core.messages.post(principal, this.id, {
      localId: `local-${next()}`,
      body,
    })
    return message
  }

  async note(body: string): Promise<Message> {
    const input = { localId: `local-${next()}`, body, internal: true }
    const { message } = await this.company.core.messages.post(this.company.ada, this.id, input)
    return message
  }

  /** What the database says of it now. */
  view(): Promise<ConversationView> {
    return this.company.core.conversations.get(this.company.viewer, this.id)
  }

  /** Every message there is for this reader, read page by page. */
  async history(reader: Principal = this.company.viewer): Promise<Message[]> {
    const { history } = this.company.core
    const messages: Message[] = []
    for (let afterSequence = 0, hasMore = true; hasMore; afterSequence += 100) {
      const page = await history.page(reader, this.id, { afterSequence, limit: 100 })
      messages.push(...page.messages)
      hasMore = page.hasMore
    }
    return messages
  }
}

/** A new app with its people. Agents have no password, because hashing one takes longer than most tests. */
export async function newCompany(instance: TestInstance, name = `Company ${next()}`): Promise<Company> {
  const operator: Operator = { type: 'operator', app: await instance.core.apps.create({ name }) }
  const people = { Olga: 'owner', Adam: 'admin', Ada: 'agent', Bob: 'agent', Vera: 'viewer' } as const
  const [owner, admin, ada, bob, viewer] = await Promise.all(
    Object.entries(people).map(([person, role]) => addAgent(instance, operator, person, role)),
  )
  if (!owner || !admin || !ada || !bob || !viewer) throw new Error('Somebody did not come to work.')
  return new Company(instance, operator, owner, admin, ada, bob, viewer)
}

async function addAgent(
  { context, clock }: TestInstance,
  { app }: Operator,
  name: string,
  role: Role,
): Promise<AgentPrincipal> {
  const email = `${name.toLowerCase()}-${next()}@company.example`
  const agent = await context.store.transaction(async (transaction) => {
    const inserted = await transaction.agents.insert(newAgent({ email, name }, email, null, clock.now()))
    const membership = { appKey: app.key, agentKey: inserted.key, role, capacity: 5, createdAt: clock.now() }
    await transaction.agents.saveMembership(membership)
    return inserted
  })
  return { type: 'agent', agent: { key: agent.key, id: agent.id, name }, app, role }
}
