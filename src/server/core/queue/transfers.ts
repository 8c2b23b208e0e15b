import { record } from '../audit.js'
import { revise } from '../conversations/announcements.js'
import { locked, openLocked } from '../conversations/locks.js'
import { conflict, notFound } from '../errors.js'
import type { ConversationRef, ConversationView } from '../events.js'
import { type Conversation, type Priority, priorityRank } from '../model.js'
import { assertMay } from '../permissions.js'
import type { Transaction } from '../ports.js'
import type { Principal, Staff } from '../principal.js'
import type { AgentRef, EnteringAgain } from './moves.js'
import type { QueueParts } from './parts.js'

export interface Transfer extends EnteringAgain {
  agentId?: string
}

/** Conversations change hands, go back into the queue, or move within it. */
export class Transfers {
  readonly #parts: QueueParts

  constructor(parts: QueueParts) {
    this.#parts = parts
  }

  async release(principal: Staff, conversationId: string): Promise<ConversationView> {
    const thread = await this.#parts.threads.forStaff(principal, conversationId, 'conversation.serve')
    await this.#parts.context.store.transaction(async (transaction) => {
      const conversation = await servedLocked(transaction, thread)
      assertHolder(principal, conversation)
      await this.#parts.moves.enterAgain(transaction, thread, conversation, {})
      await record(this.#parts.context, transaction, principal, {
        action: 'conversation.release',
        target: conversationId,
      })
      this.#parts.announcements.conversation(transaction, thread)
    })
    return this.#parts.views.current(principal.app, thread)
  }

  async transfer(principal: Staff, conversationId: string, transfer: Transfer): Promise<ConversationView> {
    const thread = await this.#parts.threads.forStaff(principal, conversationId, 'conversation.serve')
    const agent = transfer.agentId === undefined ? null : await this.#target(principal, transfer.agentId)
    await this.#parts.context.store.transaction(async (transaction) => {
      const conversation = await openLocked(transaction, thread)
      assertHolder(principal, conversation)
      await transaction.conversations.patch(thread.conversationKey, { transferred: true })
      if (agent !== null) await this.#parts.moves.assign(transaction, thread, agent)
      else await this.#parts.moves.enterAgain(transaction, thread, conversation, transfer)
      await record(this.#parts.context, transaction, principal, {
        action: 'conversation.transfer',
        target: conversationId,
        details: { agent_id: agent?.id ?? null, reason: transfer.reason ?? null },
      })
      this.#parts.announcements.conversation(transaction, thread)
    })
    return this.#parts.views.current(principal.app, thread)
  }

  async request(
    principal: Principal,
    conversationId: string,
    request: EnteringAgain,
  ): Promise<ConversationView> {
    const thread = await this.#parts.threads.findSupport(principal, conversationId, 'conversation.serve')
    await this.#parts.context.store.transaction(async (transaction) => {
      const conversation = await openLocked(transaction, thread)
      if (conversation.handler === 'agent')
        throw conflict('An agent has this conversation already. Write to them.')
      await this.#parts.moves.enterAgain(transaction, thread, conversation, request)
      this.#parts.announcements.conversation(transaction, thread)
    })
    return this.#parts.views.current(principal.app, thread)
  }

  async prioritise(principal: Staff, conversationId: string, priority: Priority): Promise<void> {
    const thread = await this.#parts.threads.forStaff(principal, conversationId, 'conversation.serve')
    await this.#parts.context.store.transaction(async (transaction) => {
      await locked(transaction, thread)
      const entry = await transaction.queue.reprioritise(thread.conversationKey, priorityRank(priority))
      await revise(transaction, thread.conversationKey, this.#parts.context.clock.now(), { priority })
      if (entry !== undefined) await this.#parts.announcements.entered(transaction, thread, entry)
      await record(this.#parts.context, transaction, principal, {
        action: 'conversation.prioritise',
        target: conversationId,
        details: { priority },
      })
      this.#parts.announcements.conversation(transaction, thread)
    })
  }

  async #target(principal: Staff, agentId: string): Promise<AgentRef> {
    const { agents } = this.#parts.context.store.read
    const agent = await agents.byId(agentId)
    const membership = agent && (await agents.membership(principal.app.key, agent.key))
    if (agent === undefined || membership === undefined) throw notFound('agent')
    if (membership.role === 'viewer')
      throw conflict(`${agent.name} only reads this app. Choose another agent.`)
    return agent
  }
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
