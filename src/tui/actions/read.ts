import { EMPTY_DRAFT } from '../composer/draft.js'
import { currentChat, transcriptView } from '../state/selectors.js'
import { findEntries, nextMatch } from '../transcript/search.js'
import { scrollBy, scrollTo } from '../transcript/window.js'
import { chatChoices } from './chat-choices.js'
import { type Desk, notify, openOverlay } from './desk.js'
import { loadOlderAtTop, markSeen, showChat } from './show.js'

const PAGE_OVERLAP = 2

/** Scrolls by rows, upwards when positive. */
export async function scroll(desk: Desk, by: number): Promise<void> {
  const chat = currentChat(desk.state)
  const shown = transcriptView(desk.state)
  if (!chat || !shown) return
  desk.dispatch({ type: 'scrolled', anchor: scrollBy(shown.view, chat.anchor, by, shown.height) })
  markSeen(desk)
  if (by > 0) await loadOlderAtTop(desk)
}

/** Scrolls by one window less what helps to keep the place. */
export async function scrollPage(desk: Desk, direction: 1 | -1): Promise<void> {
  const height = transcriptView(desk.state)?.height ?? 0
  await scroll(desk, direction * Math.max(1, height - PAGE_OVERLAP))
}

export async function firstUnread(desk: Desk): Promise<void> {
  const id = currentChat(desk.state)?.firstUnreadId
  if (!id) return notify(desk, 'Nothing is unread here')
  toEntry(desk, id)
}

/** Searches the open transcript; without a text asks for one. */
export async function searchHere(desk: Desk, query?: string): Promise<void> {
  const chat = currentChat(desk.state)
  if (!chat) return
  if (query === undefined) {
    return openOverlay(desk, {
      kind: 'prompt',
      title: 'Search here',
      draft: EMPTY_DRAFT,
      action: 'searchHere',
    })
  }
  const words = [query]
  const matches = findEntries(chat.entries, words)
  const newest = nextMatch(matches, null, true)
  if (newest === null) {
    desk.dispatch({ type: 'search', search: null })
    return notify(desk, `“${query}” is not in what is loaded. /search looks everywhere`, 'warning')
  }
  desk.dispatch({ type: 'search', search: { query, words, matches, currentId: newest } })
  desk.dispatch({ type: 'focus', pane: 'transcript' })
  toEntry(desk, newest)
}

export async function searchNext(desk: Desk, older: boolean): Promise<void> {
  const { search } = desk.state
  const id = search && nextMatch(search.matches, search.currentId, older)
  if (!search || !id) return
  desk.dispatch({ type: 'search', search: { ...search, currentId: id } })
  toEntry(desk, id)
}

/** Opens one of the agent's chats by number or name, else any that is known; without a word offers all. */
export async function chatNamed(desk: Desk, wanted?: string): Promise<void> {
  if (wanted === undefined) return offerChats(desk)
  const number = Number.parseInt(wanted.replace(/^alt-/, ''), 10)
  const id =
    (desk.state.chats[wanted] && wanted) ??
    desk.state.mine[number - 1] ??
    [...desk.state.mine, ...Object.keys(desk.state.chats)].find((known) =>
      desk.state.chats[known]?.chat.name.toLowerCase().startsWith(wanted.toLowerCase()),
    )
  if (!id) return notify(desk, `You have no chat ${wanted.replace(/^alt-/, '')}`, 'warning')
  await showChat(desk, id)
  desk.dispatch({ type: 'focus', pane: 'composer' })
}

function offerChats(desk: Desk): void {
  const choices = chatChoices(desk.state)
  openOverlay(desk, { kind: 'chooser', title: 'Chat', choices, query: EMPTY_DRAFT, selected: 0 })
}

/** Scrolls the open transcript to an entry. */
export function toEntry(desk: Desk, id: string): void {
  const shown = transcriptView(desk.state)
  if (shown) desk.dispatch({ type: 'scrolled', anchor: scrollTo(shown.view, id, shown.height) })
}
