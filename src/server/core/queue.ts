import { type Announcements, revise } from './announcements.js'
import { record } from './audit.js'
import type { Handovers } from './bot/handovers.js'
import type { CoreContext } from './context.js'
import { conflict, invalid, notFound } from './errors.js'
import type { ConversationRef, ConversationView } from './events.js'
import { type Conversation, type Priority, priorityRank, type QueueEntry } from './model.js'
import { newParticipant } from './participants.js'
import { assertMay } from './permissions.js'
import type { Transaction } from './ports.js'
import type { Principal, Staff } from './principal.js'
import { endOffer, settleOffer } from './routing/routing.js'
import { cleanLine } from './text.js'
import type { Threads } from './threads.js'
import type { Views } from './views.js'
import { estimateSeconds } from './waits.js'

export interface QueuedConversation {
  entry: QueueEntry
  position: number
  etaSeconds: number | null
  view: ConversationView
}

export interface Transfer {
  agentId?: string
  priority?: Priority
  reason?: string
}

interface AgentRef {
  key: number
  id: string
  name: string
}

/** The queue: conversations that wait for an agent, and the moves in and out of it. */
export class Queue {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #views: Views
  readonly #announcements: Announcements
  readonly #handovers: Handovers

  constructor(
    context: CoreContext,
    threads: Threads,
    views: Views,
    announcements: Announcements,
    handovers: Handovers,
  ) {
    this.#context = context
    this.#threads = threads
    this.#views = views
    this.#announcements = announcements
    this.#handovers = handovers
  }

  /** Inside the caller's transaction: puts a conversation into the queue, open and of nobody. */
  async enter(
    transaction: Transaction,
    thread: ConversationRef,
    entering: { priority: Priority; reason: string | null; requestedAt: number },
  ): Promise<Conversation> {
    const entry = await transaction.queue.enter({
      appKey: thread.appKey,
      conversationKey: thread.conversationKey,
      reason: entering.reason,
      priority: priorityRank(entering.priority),
      requestedAt: entering.requestedAt,
      claimedAt: null,
      claimedByKey: null,
      leftAt: null,
    })
    const conversation = await revise(transaction, thread.conversationKey, this.#context.clock.now(), {
      status: 'open',
      snoozedUntil: null,
      handler: 'queue',
      assigneeKey: null,
      priority: entering.priority,
    })
    await this.#announcements.entered(transaction, thread, entry)
    return conversation
  }

  /** Inside the caller's transaction: into the queue with the waiting time and the reason of this round. */
  async enterAgain(
    transaction: Transaction,
    thread: ConversationRef,
    conversation: Conversation,
    { priority, reason }: Omit<Transfer, 'agentId'>,
  ): Promise<Conversation> {
    const [active, last] = await Promise.all([
      transaction.queue.active(thread.conversationKey),
      transaction.queue.last(thread.conversationKey),
    ])
    if (active !== undefined) await this.remove(transaction, thread)
    // An entry of an earlier round must not give its waiting time to this one.
    const sameRound = last !== undefined && last.requestedAt >= conversation.openedAt
    const entered = await this.enter(transaction, thread, {
      priority: priority ?? conversation.priority,
      reason: cleanLine(reason) ?? (sameRound ? last.reason : null),
      requestedAt: sameRound ? last.requestedAt : this.#context.clock.now(),
    })
    if (conversation.handler === 'bot')
      await this.#handovers.leave(transaction, thread, entered, cleanLine(reason))
    return entered
  }

  /** Inside the caller's transaction: takes it out without a claim, as when it is closed. */
  async remove(transaction: Transaction, thread: ConversationRef): Promise<void> {
    const entry = await transaction.queue.leave(thread.conversationKey, {
      at: this.#context.clock.now(),
      claimedByKey: null,
    })
    if (entry !== undefined) await this.#announcements.left(transaction, thread)
    const app = { key: thread.appKey, id: thread.appId }
    await endOffer(
      this.#context,
      transaction,
      app,
      thread.conversationId,
      thread.conversationKey,
      'withdrawn',
    )
  }

  /** Inside the caller's transaction: gives an open conversation to an agent, out of the queue when it waits. */
  async assign(transaction: Transaction, thread: ConversationRef, agent: AgentRef): Promise<Conversation> {
    const at = this.#context.clock.now()
    const entry = await transaction.queue.leave(thread.conversationKey, { at, claimedByKey: agent.key })
    if (entry !== undefined) {
      await transaction.queue.recordWait(entry.appKey, entry.priority, at - entry.requestedAt)
      await this.#announcements.left(transaction, thread)
      await settleOffer(this.#context, transaction, thread, agent.key)
    }
    await transaction.participants.ensure(newParticipant(thread.conversationKey, 'agent', agent.key, at))
    return revise(transaction, thread.conversationKey, at, {
      status: 'open',
      snoozedUntil: null,
      handler: 'agent',
      assigneeKey: agent.key,
      ...(entry === undefined ? {} : { waitedMs: at - entry.requestedAt }),
    })
  }

  /** Exactly one agent gets it; the others get `conflict` with the winner. Claiming one's own again is no fault. */
  async claim(principal: Staff, conversationId: string): Promise<ConversationView> {
    const thread = await this.#threads.forStaff(principal, conversationId, 'conversation.serve')
    const agent = agentOf(principal)
    await this.#context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      if (conversation.status === 'closed') throw conflict('This conversation is closed. Reopen it first.')
      if (conversation.assigneeKey === agent.key) return
      if (conversation.assigneeKey !== null) throw await lost(transaction, conversation.assigneeKey)
      await this.#claimLocked(transaction, principal, thread, agent)
    })
    return this.#view(principal, thread)
  }

  /** The head of the queue; null when nobody waits. */
  async claimNext(principal: Staff): Promise<ConversationView | null> {
    assertMay(principal, 'conversation.serve')
    const agent = agentOf(principal)
    // On Postgres two nodes may see the same head: the slower one looks again.
    for (;;) {
      const head = await this.#context.store.read.queue.head(principal.app.key)
      if (head === undefined) return null
      const thread = await this.#context.store.transaction((transaction) =>
        this.#claimHead(transaction, principal, head, agent),
      )
      if (thread !== null) return this.#view(principal, thread)
    }
  }

  /** Back into the queue with its old waiting time. */
  async release(principal: Staff, conversationId: string): Promise<ConversationView> {
    const thread = await this.#threads.forStaff(principal, conversationId, 'conversation.serve')
    await this.#context.store.transaction(async (transaction) => {
      const conversation = await servedLocked(transaction, thread)
      assertHolder(principal, conversation)
      await this.enterAgain(transaction, thread, conversation, {})
      await record(this.#context, transaction, principal, {
        action: 'conversation.release',
        target: conversationId,
      })
      this.#announcements.conversation(transaction, thread)
    })
    return this.#view(principal, thread)
  }

  /** To a named agent, or into the queue with a reason and a priority. */
  async transfer(principal: Staff, conversationId: string, transfer: Transfer): Promise<ConversationView> {
    const thread = await this.#threads.forStaff(principal, conversationId, 'conversation.serve')
    const agent = transfer.agentId === undefined ? null : await this.#target(principal, transfer.agentId)
    await this.#context.store.transaction(async (transaction) => {
      const conversation = await openLocked(transaction, thread)
      assertHolder(principal, conversation)
      await transaction.conversations.patch(thread.conversationKey, { transferred: true })
      if (agent !== null) await this.assign(transaction, thread, agent)
      else await this.enterAgain(transaction, thread, conversation, transfer)
      await record(this.#context, transaction, principal, {
        action: 'conversation.transfer',
        target: conversationId,
        details: { agent_id: agent?.id ?? null, reason: transfer.reason ?? null },
      })
      this.#announcements.conversation(transaction, thread)
    })
    return this.#view(principal, thread)
  }

  /** A visitor asks for a person, or somebody changes the urgency: into the queue, or moved within it. */
  async request(
    principal: Principal,
    conversationId: string,
    request: Omit<Transfer, 'agentId'>,
  ): Promise<ConversationView> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    await this.#context.store.transaction(async (transaction) => {
      const conversation = await openLocked(transaction, thread)
      if (conversation.handler === 'agent')
        throw conflict('An agent has this conversation already. Write to them.')
      await this.enterAgain(transaction, thread, conversation, request)
      this.#announcements.conversation(transaction, thread)
    })
    return this.#view(principal, thread)
  }

  /** Moves a waiting conversation to another priority; also remembers it for one that does not wait. */
  async prioritise(principal: Staff, conversationId: string, priority: Priority): Promise<void> {
    const thread = await this.#threads.forStaff(principal, conversationId, 'conversation.serve')
    await this.#context.store.transaction(async (transaction) => {
      await locked(transaction, thread)
      const entry = await transaction.queue.reprioritise(thread.conversationKey, priorityRank(priority))
      await revise(transaction, thread.conversationKey, this.#context.clock.now(), { priority })
      if (entry !== undefined) await this.#announcements.entered(transaction, thread, entry)
      await record(this.#context, transaction, principal, {
        action: 'conversation.prioritise',
        target: conversationId,
        details: { priority },
      })
      this.#announcements.conversation(transaction, thread)
    })
  }

  /** In queue order, a page after the conversation named by `after`. */
  async list(
    principal: Staff,
    page: { limit: number; after?: string },
  ): Promise<{ entries: QueuedConversation[]; size: number; change: number; next: string | null }> {
    assertMay(principal, 'app.read')
    const { read } = this.#context.store
    const appKey = principal.app.key
    const after = page.after === undefined ? undefined : await this.#entryOf(principal, page.after)
    const [change, sizes, rows] = await Promise.all([
      read.queue.change(appKey),
      read.queue.sizes(appKey),
      read.queue.page(appKey, after, page.limit + 1),
    ])
    const shown = rows.slice(0, page.limit)
    const entries = await this.#describe(principal, shown)
    const size = sizes.reduce((total, { waiting }) => total + waiting, 0)
    const next = rows.length > page.limit ? (entries.at(-1)?.view.conversation.id ?? null) : null
    return { entries, size, change, next }
  }

  async #describe(principal: Staff, rows: QueueEntry[]): Promise<QueuedConversation[]> {
    const { read } = this.#context.store
    const [first] = rows
    if (first === undefined) return []
    const [start, conversations, averages] = await Promise.all([
      read.queue.position(first),
      read.conversations.byKeys(rows.map((row) => row.conversationKey)),
      read.queue.averageWaits(principal.app.key),
    ])
    const views = await this.#views.many(principal.app, conversations)
    const now = this.#context.clock.now()
    return rows.flatMap((entry, index) => {
      const view = views.find((candidate) => candidate.conversation.key === entry.conversationKey)
      if (view === undefined) return []
      const average = averages.find(({ priority }) => priority === entry.priority)?.averageMs
      const etaSeconds = estimateSeconds(average, entry.requestedAt, now)
      return [{ entry, position: start + index, etaSeconds, view }]
    })
  }

  async #entryOf(principal: Staff, conversationId: string): Promise<QueueEntry> {
    const thread = await this.#threads.forStaff(principal, conversationId, 'app.read')
    const entry = await this.#context.store.read.queue.last(thread.conversationKey)
    if (entry === undefined) throw invalid('This cursor does not fit. Start from the first page.')
    return entry
  }

  async #claimHead(
    transaction: Transaction,
    principal: Staff,
    head: QueueEntry,
    agent: AgentRef,
  ): Promise<ConversationRef | null> {
    const conversation = await transaction.conversations.lock(head.conversationKey)
    if (conversation === undefined || conversation.handler !== 'queue') return null
    const thread = this.#threads.of(principal.app, conversation)
    await this.#claimLocked(transaction, principal, thread, agent)
    return thread
  }

  async #claimLocked(
    transaction: Transaction,
    principal: Staff,
    thread: ConversationRef,
    agent: AgentRef,
  ): Promise<void> {
    await this.assign(transaction, thread, agent)
    await record(this.#context, transaction, principal, {
      action: 'conversation.claim',
      target: thread.conversationId,
    })
    this.#announcements.conversation(transaction, thread)
  }

  async #target(principal: Staff, agentId: string): Promise<AgentRef> {
    const { agents } = this.#context.store.read
    const agent = await agents.byId(agentId)
    const membership = agent && (await agents.membership(principal.app.key, agent.key))
    if (agent === undefined || membership === undefined) throw notFound('agent')
    if (membership.role === 'viewer')
      throw conflict(`${agent.name} only reads this app. Choose another agent.`)
    return agent
  }

  async #view(principal: Principal, thread: ConversationRef): Promise<ConversationView> {
    const conversation = await this.#context.store.read.conversations.byKey(thread.conversationKey)
    if (conversation === undefined) throw notFound('conversation')
    return this.#views.one(principal.app, conversation)
  }
}

function agentOf(principal: Staff): AgentRef {
  if (principal.type === 'agent') return principal.agent
  throw conflict('Only an agent can take a conversation. Sign in as one, or transfer it to one by id.')
}

async function lost(transaction: Transaction, assigneeKey: number) {
  const winner = await transaction.agents.byKey(assigneeKey)
  const name = winner?.name ?? 'Another agent'
  return conflict(
    `${name} has this conversation already. Choose another one, or ask for a transfer.`,
    winner === undefined ? {} : { assignee: { id: winner.id, name: winner.name } },
  )
}

export async function locked(transaction: Transaction, thread: ConversationRef): Promise<Conversation> {
  const conversation = await transaction.conversations.lock(thread.conversationKey)
  if (conversation === undefined) throw notFound('conversation')
  return conversation
}

async function openLocked(transaction: Transaction, thread: ConversationRef): Promise<Conversation> {
  const conversation = await locked(transaction, thread)
  if (conversation.status === 'closed') throw conflict('This conversation is closed. Reopen it first.')
  return conversation
}

async function servedLocked(transaction: Transaction, thread: ConversationRef): Promise<Conversation> {
  const conversation = await openLocked(transaction, thread)
  if (conversation.handler !== 'agent')
    throw conflict('Nobody serves this conversation, so it cannot be released.')
  return conversation
}

/** An agent moves their own conversations; those of others only who manages the app. */
function assertHolder(principal: Staff, conversation: Conversation): void {
  if (principal.type !== 'agent' || conversation.assigneeKey === null) return
  if (conversation.assigneeKey === principal.agent.key) return
  assertMay(principal, 'app.manage')
}
