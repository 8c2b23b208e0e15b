import { EMPTY_DRAFT } from '../composer/draft.js'
import { shortId } from '../presentation/transcript.js'
import type { Found } from '../session/model.js'
import type { Choice } from '../state/overlay.js'
import { currentChat, earlierChats } from '../state/selectors.js'
import { excerpt } from '../transcript/excerpt.js'
import { findEntries } from '../transcript/search.js'
import { clockTime, dayLabel, startOfDay } from '../transcript/time.js'
import { type Desk, notify, openOverlay, sessionOf } from './desk.js'
import { toEntry } from './read.js'
import { loadBack, showChat } from './show.js'

/** Searches all conversations, and offers the message in each that matches. */
export async function searchEverywhere(desk: Desk, query?: string): Promise<void> {
  if (query === undefined) {
    return openOverlay(desk, {
      kind: 'prompt',
      title: 'Search everywhere',
      draft: EMPTY_DRAFT,
      action: 'searchEverywhere',
    })
  }
  const results = await sessionOf(desk).search(query)
  if (results.length === 0) return notify(desk, `“${query}” is in no conversation`, 'warning')
  desk.dispatch({ type: 'found', found: { query, results } })
  offerFound(desk)
}

/** Goes to a message that the last search has found, by its number; without one offers them again. */
export async function found(desk: Desk, number?: string): Promise<void> {
  if (number === undefined) return offerFound(desk)
  const result = desk.state.found?.results[Number.parseInt(number, 10) - 1]
  if (!result) return notify(desk, `There is no result ${number}: /found shows them`, 'warning')
  desk.dispatch({ type: 'chat', chat: result.chat })
  await showChat(desk, result.chat.id)
  if (result.match) await toMatch(desk, result.chat.id, result.match)
}

/** Offers the visitor's other conversations. */
export async function history(desk: Desk): Promise<void> {
  const chats = earlierChats(desk.state)
  for (const chat of chats) desk.dispatch({ type: 'chat', chat })
  const choices = chats.map((chat) => ({
    action: 'chat',
    argument: chat.id,
    label: `#${shortId(chat.id)} ${excerpt(chat.subject ?? chat.lastMessage?.body ?? '')}`,
    hint: `${chat.status} · ${dayLabel(chat.createdAt, startOfDay(desk.now()))}`,
  }))
  const title = `Conversations of ${currentChat(desk.state)?.chat.name ?? ''}`
  openOverlay(desk, { kind: 'chooser', title, choices, query: EMPTY_DRAFT, selected: 0 })
}

async function toMatch(desk: Desk, chatId: string, match: NonNullable<Found['match']>): Promise<void> {
  const reached = await loadBack(desk, chatId, match.sequence)
  const chat = currentChat(desk.state)
  if (chat?.chat.id !== chatId) return
  if (!reached) return notify(desk, 'The message is too far back to be shown: PgUp loads more', 'warning')
  const query = desk.state.found?.query ?? ''
  const words = wordsOf(query)
  const matches = findEntries(chat.entries, words)
  const currentId = match.id
  desk.dispatch({ type: 'search', search: { query, words, matches, currentId } })
  desk.dispatch({ type: 'focus', pane: 'transcript' })
  toEntry(desk, currentId)
}

function offerFound(desk: Desk): void {
  const { found } = desk.state
  if (!found) return
  const choices = found.results.map((result, index) => choiceOf(desk, result, index + 1))
  openOverlay(desk, {
    kind: 'chooser',
    title: `Found: ${found.query}`,
    choices,
    query: EMPTY_DRAFT,
    selected: 0,
  })
}

function choiceOf(desk: Desk, { chat, match }: Found, number: number): Choice {
  const words = wordsOf(desk.state.found?.query ?? '')
  const said = match?.body ?? chat.subject ?? chat.lastMessage?.body ?? ''
  const at = match?.at ?? chat.createdAt
  const day = dayLabel(at, startOfDay(desk.now()))
  const who = match && match.sender !== 'user' ? `${match.internal ? '⚑ ' : ''}${match.senderName}: ` : ''
  return {
    action: 'found',
    argument: String(number),
    label: `#${shortId(chat.id)} ${chat.name}`,
    hint: `${who}${excerpt(said, words)} · ${day === 'today' ? clockTime(at) : day}`,
  }
}

/** As the server cuts a text into words. */
function wordsOf(query: string): string[] {
  return query.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => word !== '')
}
