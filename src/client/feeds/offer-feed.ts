import { Listeners } from '../live/listeners.js'
import type { Offer, OfferChange, OfferFeed } from '../types/feeds.js'
import type { ClientClock, Unsubscribe } from '../types/ports.js'
import type { AdminPushes, Message } from '../types/wire.js'

/** What is offered to this agent now. A new subscription brings all open offers again: what is not among them has ended. */
export class LiveOfferFeed implements OfferFeed {
  readonly #clock: ClientClock
  readonly #listeners = new Listeners<OfferChange>()
  readonly #open = new Map<string, Offer>()
  #confirmed = new Set<string>()
  #ahead = 0

  constructor(clock: ClientClock) {
    this.#clock = clock
  }

  get items(): readonly Offer[] {
    return [...this.#open.values()]
  }

  subscribe(listener: (change: OfferChange) => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  /** A connection begins; `serverTime` is the server's, for a countdown that does not depend on this clock. */
  began(serverTime: string): void {
    this.#ahead = Date.parse(serverTime) - this.#clock.now()
    this.#confirmed = new Set()
  }

  /** All that was open when the subscription began has been told. */
  subscribed(): void {
    for (const id of [...this.#open.keys()]) if (!this.#confirmed.has(id)) this.#end(id, null)
  }

  offered({ conversation, expires_at, expires_in }: AdminPushes['queue:offer']): void {
    // Both are late by as long as something was under way, the greeting or this event: the earlier one is nearer.
    const expiresAt = Math.min(Date.parse(expires_at) - this.#ahead, this.#clock.now() + expires_in)
    const offer = { conversation, expiresAt }
    this.#confirmed.add(conversation.id)
    this.#open.set(conversation.id, offer)
    this.#listeners.tell({ type: 'offered', offer })
  }

  /** Visitors are offered as soon as they wait, often before their first words have come. */
  said({ conversation_id, id, sequence, sender, sender_name, body, created_at }: Message): void {
    const offer = this.#open.get(conversation_id)
    if (offer === undefined || sequence === null) return
    const last_message = { id, sequence, sender, sender_name, body, created_at }
    const told = { ...offer, conversation: { ...offer.conversation, last_message } }
    this.#open.set(conversation_id, told)
    this.#listeners.tell({ type: 'offered', offer: told })
  }

  ended({ conversation_id: id, outcome }: AdminPushes['queue:offer_ended']): void {
    this.#end(id, outcome)
  }

  #end(conversationId: string, outcome: AdminPushes['queue:offer_ended']['outcome'] | null): void {
    const offer = this.#open.get(conversationId)
    if (offer === undefined) return
    this.#open.delete(conversationId)
    this.#listeners.tell({ type: 'ended', offer, outcome })
  }
}
