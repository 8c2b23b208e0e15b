import type { Announcements } from '../announcements.js'
import { record } from '../audit.js'
import type { CoreContext } from '../context.js'
import { conflict } from '../errors.js'
import type { ConversationRef, ConversationView } from '../events.js'
import { locked } from '../locks.js'
import type { QueueEntry } from '../model.js'
import { assertMay } from '../permissions.js'
import type { Transaction } from '../ports.js'
import type { Staff } from '../principal.js'
import type { Threads } from '../threads.js'
import type { Views } from '../views.js'
import type { AgentRef, QueueMoves } from './moves.js'

/** Agents take conversations out of the queue. */
export class Claims {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #views: Views
  readonly #announcements: Announcements
  readonly #moves: QueueMoves

  constructor(
    context: CoreContext,
    threads: Threads,
    views: Views,
    announcements: Announcements,
    moves: QueueMoves,
  ) {
    this.#context = context
    this.#threads = threads
    this.#views = views
    this.#announcements = announcements
    this.#moves = moves
  }

  async one(principal: Staff, conversationId: string): Promise<ConversationView> {
    const thread = await this.#threads.forStaff(principal, conversationId, 'conversation.serve')
    const agent = agentOf(principal)
    await this.#context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      if (conversation.status === 'closed') throw conflict('This conversation is closed. Reopen it first.')
      if (conversation.assigneeKey === agent.key) return
      if (conversation.assigneeKey !== null) throw await lost(transaction, conversation.assigneeKey)
      await this.#take(transaction, principal, thread, agent)
    })
    return this.#views.current(principal.app, thread)
  }

  async next(principal: Staff): Promise<ConversationView | null> {
    assertMay(principal, 'conversation.serve')
    const agent = agentOf(principal)
    // On Postgres two nodes may see the same head: the slower one looks again.
    for (;;) {
      const head = await this.#context.store.read.queue.head(principal.app.key)
      if (head === undefined) return null
      const thread = await this.#context.store.transaction((transaction) =>
        this.#takeHead(transaction, principal, head, agent),
      )
      if (thread !== null) return this.#views.current(principal.app, thread)
    }
  }

  async #takeHead(
    transaction: Transaction,
    principal: Staff,
    head: QueueEntry,
    agent: AgentRef,
  ): Promise<ConversationRef | null> {
    const conversation = await transaction.conversations.lock(head.conversationKey)
    if (conversation === undefined || conversation.handler !== 'queue') return null
    const thread = this.#threads.of(principal.app, conversation)
    await this.#take(transaction, principal, thread, agent)
    return thread
  }

  async #take(
    transaction: Transaction,
    principal: Staff,
    thread: ConversationRef,
    agent: AgentRef,
  ): Promise<void> {
    await this.#moves.assign(transaction, thread, agent)
    await record(this.#context, transaction, principal, {
      action: 'conversation.claim',
      target: thread.conversationId,
    })
    this.#announcements.conversation(transaction, thread)
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
