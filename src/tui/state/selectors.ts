import { layoutDraft } from '../composer/layout.js'
import { composerWidth, type Layout, layoutOf } from '../presentation/layout.js'
import type { Attachment, Chat, Entry } from '../session/model.js'
import { isUnstored } from '../transcript/entries.js'
import type { TranscriptView } from '../transcript/window.js'
import type { ChatState, State } from './state.js'

/** The chat on the screen. */
export function currentChat(state: State): ChatState | null {
  return state.currentId === null ? null : (state.chats[state.currentId] ?? null)
}

/** The agent's own chats, in order. */
export function ownChats(state: State): ChatState[] {
  return state.mine.flatMap((id) => state.chats[id] ?? [])
}

/** Own chats in which the visitor waits for an answer, the longest wait first. */
export function waitingChats(state: State): ChatState[] {
  return ownChats(state)
    .filter((chat) => chat.unread > 0 || chat.chat.lastMessage?.sender === 'user')
    .sort((a, b) => (a.chat.lastMessage?.at ?? 0) - (b.chat.lastMessage?.at ?? 0))
}

/** Unread messages in all own chats. */
export function unreadTotal(state: State): number {
  return ownChats(state).reduce((sum, chat) => sum + chat.unread, 0)
}

export function isMine(state: State, chat: ChatState): boolean {
  return state.mine.includes(chat.chat.id)
}

/** The agent's chats that are put aside, the one that comes back first before the others. */
export function snoozedChats(state: State): ChatState[] {
  const me = state.identity?.agent.id
  return Object.values(state.chats)
    .filter(({ chat }) => chat.status === 'snoozed' && chat.assignee?.id === me)
    .sort((a, b) => (a.chat.snoozedUntil ?? 0) - (b.chat.snoozedUntil ?? 0))
}

/** The stored messages of the open chat that this agent may change, the newest first. */
export function editableEntries(state: State): Entry[] {
  return deletableEntries(state).filter((entry) => !isUnstored(entry))
}

/** What this agent may take back in the open chat, the newest first: also what could not be sent. */
export function deletableEntries(state: State): Entry[] {
  const me = state.identity?.agent.id ?? null
  const role = state.identity?.app.role
  // Who manages the app may change what its side wrote; the server decides.
  const manages = role === 'admin' || role === 'owner'
  const entries = currentChat(state)?.entries ?? []
  return entries
    .filter(({ sender, senderId, status, deleted }) => {
      const ours = sender === 'agent' && senderId === me
      return (
        !deleted && status !== 'sending' && (ours || (manages && (sender === 'agent' || sender === 'bot')))
      )
    })
    .reverse()
}

/** The files of the open chat as far as it is loaded, the newest first. */
export function filesOf(state: State): { entry: Entry; attachment: Attachment }[] {
  const entries = currentChat(state)?.entries ?? []
  return entries
    .filter(({ deleted }) => !deleted)
    .flatMap((entry) => entry.attachments.map((attachment) => ({ entry, attachment })))
    .reverse()
}

/** The visitor's other conversations, as far as they are known. */
export function earlierChats(state: State): readonly Chat[] {
  return state.visitors[currentChat(state)?.chat.contactId ?? '']?.history ?? []
}

/** What stands in the line under the header: that the server is away, or else what is offered. */
export function bannerOf(state: State): 'offline' | 'offer' | null {
  if (state.identity === null) return null
  if (state.connection.phase === 'offline') return 'offline'
  return state.offers.length > 0 ? 'offer' : null
}

/** The division of the screen for a state. */
export function layoutFor(state: State): Layout {
  const wishes = {
    visitorShown: state.visitorShown,
    banner: bannerOf(state) !== null,
    list: state.focus === 'queue' || state.focus === 'team' ? state.focus : listFor(state),
    queueLength: state.queue.length,
    mineLength: state.mine.length,
  } as const
  const first = layoutOf(state.size.columns, state.size.rows, { ...wishes, draftRows: 2 })
  const draft = currentChat(state)?.draft
  const area = first.panes.composer
  if (!draft || !area) return first
  const draftRows = layoutDraft(draft, composerWidth(area)).rows.length
  return draftRows <= 2 ? first : layoutOf(state.size.columns, state.size.rows, { ...wishes, draftRows })
}

/** The current transcript as `window.ts` wants it, with the height of its pane. */
export function transcriptView(state: State): { view: TranscriptView; height: number } | null {
  const chat = currentChat(state)
  const area = layoutFor(state).panes.transcript
  if (!chat || !area) return null
  // The last row of the pane is kept for "is typing" and for how much is below.
  return { view: viewOf(state, chat, area.width), height: area.height - 1 }
}

function viewOf(state: State, chat: ChatState, width: number): TranscriptView {
  return {
    entries: chat.botDraft ? [...chat.entries, chat.botDraft] : chat.entries,
    width: width - 2,
    now: state.now,
    firstUnreadId: chat.firstUnreadId,
    words: state.search?.words ?? [],
    matchId: state.search?.currentId ?? null,
  }
}

function listFor(state: State): 'queue' | 'mine' {
  return state.focus === 'mine' || state.mine.length > 0 ? 'mine' : 'queue'
}
