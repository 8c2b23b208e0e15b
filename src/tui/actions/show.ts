import { currentChat, transcriptView } from '../state/selectors.js'
import { atTop } from '../transcript/window.js'
import { type Desk, sessionOf } from './desk.js'

/** Brings a chat to the screen, loading what is not there yet. Null closes the view. */
export async function showChat(desk: Desk, chatId: string | null): Promise<void> {
  desk.dispatch({ type: 'show', chatId })
  if (chatId === null) return
  if (desk.state.mine.includes(chatId)) {
    desk.dispatch({ type: 'select', list: 'mine', index: desk.state.mine.indexOf(chatId) })
  }
  if (desk.state.chats[chatId]?.loading !== 'done') await loadChat(desk, chatId)
  await loadVisitor(desk, chatId)
  markSeen(desk)
}

/** Joins a chat and takes its newest entries; also after a gap in the connection. */
export async function loadChat(desk: Desk, chatId: string): Promise<void> {
  desk.dispatch({ type: 'patchChat', chatId, patch: { loading: 'first' } })
  try {
    desk.dispatch({ type: 'opened', opened: await sessionOf(desk).open(chatId) })
  } catch (error) {
    desk.dispatch({ type: 'patchChat', chatId, patch: { loading: 'none' } })
    throw error
  }
}

/** Loads the entries before the first one when the agent has scrolled there. */
export async function loadOlderAtTop(desk: Desk): Promise<void> {
  const chat = currentChat(desk.state)
  const shown = transcriptView(desk.state)
  if (!chat || !shown || !chat.hasMore || chat.loading !== 'done') return
  if (!atTop(shown.view, chat.anchor, shown.height)) return
  const chatId = chat.chat.id
  desk.dispatch({ type: 'patchChat', chatId, patch: { loading: 'older' } })
  try {
    desk.dispatch({ type: 'older', chatId, older: await sessionOf(desk).older(chatId) })
  } finally {
    desk.dispatch({ type: 'patchChat', chatId, patch: { loading: 'done' } })
  }
}

const LARGEST_PAGE = 200
// 10,000 messages: further back nobody reads line by line.
const MOST_PAGES = 50

/** Loads a chat back to a sequence; false when that is too far, or the agent went elsewhere meanwhile. */
export async function loadBack(desk: Desk, chatId: string, sequence: number): Promise<boolean> {
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const chat = desk.state.chats[chatId]
    if (!chat || desk.state.currentId !== chatId) return false
    const first = chat.entries.find((entry) => entry.sequence !== null)?.sequence ?? 0
    if (first <= sequence || !chat.hasMore) return true
    desk.dispatch({ type: 'older', chatId, older: await sessionOf(desk).older(chatId, LARGEST_PAGE) })
  }
  return false
}

/** Tells the server how far the agent has read, when the newest entries of an own chat are on the screen. */
export function markSeen(desk: Desk): void {
  const chat = currentChat(desk.state)
  if (chat?.loading !== 'done' || chat.anchor !== null || desk.state.terminalFocused === false) return
  if (!desk.state.mine.includes(chat.chat.id)) return
  const last =
    chat.entries.findLast((entry) => entry.sender === 'user' && entry.sequence !== null)?.sequence ?? 0
  if (chat.unread === 0 && last <= chat.readSequence) return
  desk.dispatch({ type: 'seen', chatId: chat.chat.id })
  desk.session?.markRead(chat.chat.id, last)
}

async function loadVisitor(desk: Desk, chatId: string): Promise<void> {
  const chat = desk.state.chats[chatId]?.chat
  if (!chat?.contactId || desk.state.visitors[chat.contactId]) return
  desk.dispatch({ type: 'visitor', visitor: await sessionOf(desk).visitor(chat) })
}
