import { record } from '../audit.js'
import { locked } from '../conversations/locks.js'
import { conflict } from '../errors.js'
import type { ConversationRef, ConversationView } from '../events.js'
import type { QueueEntry } from '../model.js'
import { assertMay } from '../permissions.js'
import type { Transaction } from '../ports.js'
import type { Staff } from '../principal.js'
import type { AgentRef } from './moves.js'
import type { QueueParts } from './parts.js'

/** Agents take conversations out of the queue. */
export class Claims {
  readonly #parts: QueueParts

  constructor(parts: QueueParts) {
    this.#parts = parts
  }

  async one(principal: Staff, conversationId: string): Promise<ConversationView> {
    const thread = await this.#parts.threads.forStaff(principal, conversationId, 'conversation.serve')
    const agent = agentOf(principal)
    await this.#parts.context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      if (conversation.status === 'closed') throw conflict('This conversation is closed. Reopen it first.')
      if (conversation.assigneeKey === agent.key) return
      if (conversation.assigneeKey !== null) throw await lost(transaction, conversation.assigneeKey)
      await this.#take(transaction, principal, thread, agent)
    })
    return this.#parts.views.current(principal.app, thread)
  }

  async next(principal: Staff): Promise<ConversationView | null> {
    assertMay(principal, 'conversation.serve')
    const agent = agentOf(principal)
    // On Postgres two nodes may see the same head: the slower one looks again.
    for (;;) {
      const head = await this.#parts.context.store.read.queue.head(principal.app.key)
      if (head === undefined) return null
      const thread = await this.#parts.context.store.transaction((transaction) =>
        this.#takeHead(transaction, principal, head, agent),
      )
      if (thread !== null) return this.#parts.views.current(principal.app, thread)
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
    const thread = this.#parts.threads.of(principal.app, conversation)
    await this.#take(transaction, principal, thread, agent)
    return thread
  }

  async #take(
    transaction: Transaction,
    principal: Staff,
    thread: ConversationRef,
    agent: AgentRef,
  ): Promise<void> {
    await this.#parts.moves.assign(transaction, thread, agent)
    await record(this.#parts.context, transaction, principal, {
      action: 'conversation.claim',
      target: thread.conversationId,
    })
    this.#parts.announcements.conversation(transaction, thread)
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
