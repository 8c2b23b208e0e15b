import type { Keymap } from '../keymap/keymap.js'
import type { Offer } from '../session/model.js'
import type { State } from '../state/state.js'
import { clean } from '../text/clean.js'
import { fitRow, type Row, restyle, rowWidth, span, spread } from '../text/span.js'
import { shortDuration } from '../transcript/time.js'

const PRIORITY_WORDS: Readonly<Record<Offer['priority'], string>> = {
  high: ' · ‼ high',
  normal: '',
  low: ' · ↓ low',
}
// Below this many cells for the offer itself the keys give way: they are in the help too.
const LEAST_CELLS = 40

/** The first open offer in one line: seconds left, who, priority, waiting time, words; at the right the keys. */
export function offerRow(state: State, keymap: Keymap, width: number): Row {
  const [offer] = state.offers
  if (!offer) return []
  const more = state.offers.length > 1 ? ` +${state.offers.length - 1} more ` : ''
  const accept = keymap.label('acceptOffer') || '/take'
  const decline = keymap.label('declineOffer') || '/decline'
  const keys: Row = [span(`${more} ${accept} accept · ${decline} decline `)]
  const left: Row = [span(` ◆ OFFER ${secondsLeft(offer, state.now)} s · ${offerText(state, offer)}`)]
  const line = width - rowWidth(keys) < LEAST_CELLS ? fitRow(left, width) : spread(left, keys, width)
  return restyle(line, 'offer')
}

/** Who is offered, how urgent, why, how long they have waited, and what they wrote, as one line. */
export function offerText({ now, queue }: State, offer: Offer): string {
  const reason = queue.find(({ chatId }) => chatId === offer.chatId)?.reason
  const waits = offer.waitingSince === null ? '' : ` · waits ${shortDuration(now - offer.waitingSince)}`
  const words = offer.preview === null ? '' : ` · “${offer.preview}”`
  return clean(
    `${offer.name}${PRIORITY_WORDS[offer.priority]}${reason ? ` · ${reason}` : ''}${waits}${words}`,
  )
}

/** Whole seconds until an offer goes to somebody else. */
export function secondsLeft({ endsAt }: Offer, now: number): number {
  return Math.max(0, Math.ceil((endsAt - now) / 1000))
}
