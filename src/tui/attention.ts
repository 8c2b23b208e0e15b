import type { Entry, Offer } from './session/model.js'
import { unreadTotal } from './state/selectors.js'
import type { State } from './state/state.js'
import { clean } from './text/clean.js'
import { lastSequenceOf } from './transcript/entries.js'

/** What should make the agent look: a line for the desktop's notice. */
export interface Attention {
  readonly title: string
  readonly body: string
}

const LONGEST_BODY = 120

/** Whether a new message should make the agent look: it is in an own chat and they do not see it. */
export function attentionToEntry(state: State, entry: Entry): Attention | null {
  const known = state.chats[entry.chatId]
  if (entry.sender !== 'user' || known?.loading !== 'done' || !state.mine.includes(entry.chatId)) return null
  const changed = (entry.sequence ?? 0) <= lastSequenceOf(known.entries)
  const seen = state.currentId === entry.chatId && state.terminalFocused !== false
  if (changed || seen) return null
  return { title: clean(known.chat.name), body: clean(entry.body).slice(0, LONGEST_BODY) }
}

/** Whether a longer queue should make the agent look: only while they look elsewhere. */
export function attentionToQueue(state: State, size: number): Attention | null {
  if (state.terminalFocused !== false || state.availability !== 'online' || size <= state.queueSize)
    return null
  return { title: 'ReplyHQ', body: `${size} in the queue` }
}

/** An offer always makes the agent look: it waits for nobody else. One that is told again does not. */
export function attentionToOffer(state: State, offer: Offer): Attention | null {
  if (state.offers.some(({ chatId }) => chatId === offer.chatId)) return null
  return { title: clean(`Offer: ${offer.name}`), body: clean(offer.preview ?? '').slice(0, LONGEST_BODY) }
}

/** The title of the terminal's window: with the number of unread messages while it has no focus. */
export function windowTitle(state: State): string {
  const unread = unreadTotal(state)
  return unread > 0 && state.terminalFocused === false ? `(${unread}) ReplyHQ` : 'ReplyHQ'
}
