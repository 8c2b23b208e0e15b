import type { ConversationView } from '../events.js'
import type { Priority } from '../model.js'
import type { Principal, Staff } from '../principal.js'
import { Claims } from './claims.js'
import { QueueListing, type QueuePage } from './listing.js'
import type { EnteringAgain } from './moves.js'
import type { QueueParts } from './parts.js'
import { type Transfer, Transfers } from './transfers.js'

/** The queue: conversations that wait for an agent, and what people do with them. */
export class Queue {
  readonly #claims: Claims
  readonly #transfers: Transfers
  readonly #listing: QueueListing

  constructor(parts: QueueParts) {
    this.#claims = new Claims(parts)
    this.#transfers = new Transfers(parts)
    this.#listing = new QueueListing(parts)
  }

  /** Exactly one agent gets it; the others get `conflict` with the winner. Claiming one's own again is no fault. */
  claim(principal: Staff, conversationId: string): Promise<ConversationView> {
    return this.#claims.one(principal, conversationId)
  }

  /** The head of the queue; null when nobody waits. */
  claimNext(principal: Staff): Promise<ConversationView | null> {
    return this.#claims.next(principal)
  }

  /** Back into the queue with its old waiting time. */
  release(principal: Staff, conversationId: string): Promise<ConversationView> {
    return this.#transfers.release(principal, conversationId)
  }

  /** To a named agent, or into the queue with a reason and a priority. */
  transfer(principal: Staff, conversationId: string, transfer: Transfer): Promise<ConversationView> {
    return this.#transfers.transfer(principal, conversationId, transfer)
  }

  /** A visitor asks for a person, or somebody changes the urgency: into the queue, or moved within it. */
  request(principal: Principal, conversationId: string, request: EnteringAgain): Promise<ConversationView> {
    return this.#transfers.request(principal, conversationId, request)
  }

  /** Moves a waiting conversation to another priority; also remembers it for one that does not wait. */
  prioritise(principal: Staff, conversationId: string, priority: Priority): Promise<void> {
    return this.#transfers.prioritise(principal, conversationId, priority)
  }

  /** In queue order, a page after the conversation named by `after`. */
  list(principal: Staff, page: { limit: number; after?: string }): Promise<QueuePage> {
    return this.#listing.page(principal, page)
  }
}
