import type { Offer } from '../session/model.js'
import type { State } from './state.js'

// The server's word that an offer has ended comes within a second or two; without a connection it never does.
const WORD_AWAITED_MILLISECONDS = 5000

/** The state with an offer; one of the same chat is replaced in its place, and keeps the visitor's words. */
export function putOffer(state: State, offer: Offer): State {
  const known = state.offers.find(({ chatId }) => chatId === offer.chatId)
  if (!known) return { ...state, offers: [...state.offers, offer] }
  const next = { ...offer, preview: offer.preview ?? known.preview }
  return { ...state, offers: state.offers.map((other) => (other === known ? next : other)) }
}

export function endOffer(state: State, chatId: string): State {
  const offers = state.offers.filter((offer) => offer.chatId !== chatId)
  return offers.length === state.offers.length ? state : { ...state, offers }
}

/** Lets go of offers whose time is long over. */
export function dropStale(state: State): State {
  const offers = state.offers.filter(({ endsAt }) => endsAt + WORD_AWAITED_MILLISECONDS > state.now)
  return offers.length === state.offers.length ? state : { ...state, offers }
}

/** The offer to answer: the named one (by chat or name), else the first that came. */
export function offerNamed(state: State, name?: string): Offer | null {
  if (name === undefined) return state.offers[0] ?? null
  const wanted = name.toLowerCase()
  const byName = state.offers.find((offer) => offer.name.toLowerCase().startsWith(wanted))
  return state.offers.find((offer) => offer.chatId === name) ?? byName ?? null
}
