import type { ConversationView } from '../events.js'

/** `withdrawn`: the conversation left the queue in another way. */
export type OfferOutcome = 'accepted' | 'declined' | 'expired' | 'withdrawn'

/** A waiting conversation before one agent, who may claim it until the offer ends. */
export interface Offer {
  key: number
  appKey: number
  conversationKey: number
  entryKey: number
  agentKey: number
  offeredAt: number
  endsAt: number
  endedAt: number | null
  outcome: OfferOutcome | null
}

/** An offer as its agent sees it. */
export interface OfferView {
  view: ConversationView
  endsAt: number
}

export interface OfferQueries {
  /** Undefined when the conversation is offered to somebody already, or something else to the agent. */
  insert(offer: Omit<Offer, 'key'>): Promise<Offer | undefined>
  /** Offers of an app that have not ended. */
  open(appKey: number): Promise<Offer[]>
  /** Ends the conversation's open offer; exactly one caller gets it. */
  end(conversationKey: number, ending: { at: number; outcome: OfferOutcome }): Promise<Offer | undefined>
  /** The same after a claim: accepted by whom it was offered to, withdrawn when somebody else was faster. */
  settle(conversationKey: number, claim: { at: number; claimedByKey: number }): Promise<Offer | undefined>
  /** Who declined which waiting at or after a moment. */
  declinedSince(appKey: number, since: number): Promise<{ entryKey: number; agentKey: number }[]>
  /** All offers that were made of one waiting, ended ones too. */
  ofEntry(entryKey: number): Promise<Offer[]>
  /** When each agent of an app was offered something last. */
  lastByAgent(appKey: number): Promise<{ agentKey: number; at: number }[]>
  /** The agent who claimed a conversation of this contact last. */
  lastClaimant(contactKey: number): Promise<number | undefined>
}
