import type { Offer, OfferOutcome } from '../session/model.js'
import { offerNamed } from '../state/offers.js'
import { claimChat } from './chats.js'
import { type Desk, notify, sessionOf } from './desk.js'

/** Accepts the named offer, or the first that came. */
export async function acceptOffer(desk: Desk, name?: string): Promise<void> {
  const offer = offerNamed(desk.state, name)
  if (offer) await claimChat(desk, offer)
  else notify(desk, `Nobody named “${name}” is offered to you`, 'warning')
}

/** Declines the named offer, or the first that came: the next agent is asked at once. */
export async function declineOffer(desk: Desk, name?: string): Promise<void> {
  const offer = offerNamed(desk.state, name)
  if (offer) await sessionOf(desk).decline(offer.chatId)
  else notify(desk, `Nobody named “${name}” is offered to you`, 'warning')
}

/** Says what became of an offer. What the agent has accepted is told by the claim. */
export function tellOfferEnd(desk: Desk, { chatId, name }: Offer, outcome: OfferOutcome): void {
  const assignee = desk.state.chats[chatId]?.chat.assignee ?? null
  if (outcome === 'accepted' && assignee?.id === desk.state.identity?.agent.id) return
  const taker = assignee ? `${assignee.name} has accepted ${name}` : `${name} is accepted`
  const texts: Readonly<Record<OfferOutcome, string>> = {
    accepted: taker,
    declined: `You declined ${name}: the next agent is asked`,
    expired: `The offer of ${name} has expired: the next agent is asked`,
    withdrawn: `The offer of ${name} was withdrawn: nobody needs to answer it`,
    missed: `The offer of ${name} ended while you were not connected`,
  }
  notify(desk, texts[outcome], outcome === 'declined' || outcome === 'accepted' ? 'info' : 'warning')
}
