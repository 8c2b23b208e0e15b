import type { Chat, Entry } from '../session/model.js'
import type { OpenedChat } from '../session/session.js'
import { mapEntries, mergeEntries } from '../transcript/entries.js'
import { findEntries } from '../transcript/search.js'
import { type ChatState, newChatState, type State } from './state.js'

/** The state with one chat changed; an unknown chat changes nothing. */
export function updateChat(state: State, chatId: string, change: (chat: ChatState) => ChatState): State {
  const known = state.chats[chatId]
  if (!known) return state
  const next = change(known)
  return next === known ? state : { ...state, chats: { ...state.chats, [chatId]: next } }
}

/** The state with a chat as the server tells it. Whether it is the agent's own follows from the assignee. */
export function putChat(state: State, chat: Chat): State {
  const known = state.chats[chat.id]
  if (known && known.chat.revision > chat.revision) return state
  const next = known
    ? { ...known, chat: { ...chat, contactId: chat.contactId ?? known.chat.contactId } }
    : newChatState(chat)
  return claimed({ ...state, chats: { ...state.chats, [chat.id]: next } }, chat)
}

/** The agent's own chats as a list from the server: what is not in it is not theirs any more. */
export function putMine(state: State, chats: readonly Chat[]): State {
  const ids = new Set(chats.map((chat) => chat.id))
  const kept = { ...state, mine: state.mine.filter((id) => ids.has(id)) }
  return chats.reduce(putChat, kept)
}

/** A chat with its newest entries. */
export function putOpened(state: State, { chat, entries, hasMore }: OpenedChat): State {
  return updateChat(putChat(state, chat), chat.id, (known) => {
    const merged = mergeEntries(known.entries, entries)
    return { ...known, entries: merged, hasMore, loading: 'done', ...unreadIn(state, known, merged) }
  })
}

/** New and changed entries, as they come. */
export function putEntries(state: State, chatId: string, entries: readonly Entry[]): State {
  const next = updateChat(state, chatId, (known) => {
    const merged = mergeEntries(known.entries, entries)
    const typing = entries.some((entry) => entry.sender === 'user') ? null : known.typing
    const chat = withLastMessage(known.chat, merged)
    return { ...known, chat, entries: merged, typing, ...unreadIn(state, known, merged) }
  })
  return chatId === state.currentId ? refreshSearch(next) : next
}

/** The bot's reply as far as it is written, as an entry behind the others; null takes it away. */
export function putBotDraft(state: State, chatId: string, text: string | null): State {
  return updateChat(state, chatId, (known) => ({
    ...known,
    botDraft: text === null ? null : draftEntry(known, text, state.now),
  }))
}

/** Takes back an entry that the server did not store. */
export function withdraw(state: State, chatId: string, localId: string): State {
  return updateChat(state, chatId, (known) => ({
    ...known,
    entries: known.entries.filter((entry) => entry.localId !== localId || entry.sequence !== null),
  }))
}

/** Receipts: all of the agents' messages up to a sequence were delivered or read. */
export function putReceipt(state: State, chatId: string, status: 'delivered' | 'read', upTo: number): State {
  return updateEntries(state, chatId, (entry) => {
    const covered = entry.sequence !== null && entry.sequence <= upTo && entry.sender === 'agent'
    if (!covered || entry.status === 'read' || entry.status === status) return entry
    return { ...entry, status }
  })
}

export function updateEntries(state: State, chatId: string, change: (entry: Entry) => Entry): State {
  return updateChat(state, chatId, (known) => {
    const entries = mapEntries(known.entries, change)
    return entries === known.entries ? known : { ...known, entries }
  })
}

/** The agent has seen everything in a chat. */
export function seen(state: State, chatId: string): State {
  return updateChat(state, chatId, (known) => {
    const readSequence = Math.max(
      known.readSequence,
      known.chat.lastSequence,
      lastUserSequence(known.entries),
    )
    return known.unread === 0 && known.readSequence === readSequence
      ? known
      : { ...known, unread: 0, readSequence }
  })
}

function draftEntry({ chat, botDraft }: ChatState, text: string, now: number): Entry {
  return {
    id: `draft:${chat.id}`,
    localId: null,
    chatId: chat.id,
    sequence: null,
    afterSequence: chat.lastSequence,
    revision: 0,
    sender: 'bot',
    senderId: null,
    senderName: '',
    body: `${text}…`,
    attachments: [],
    reactions: [],
    status: 'sent',
    internal: false,
    at: botDraft?.at ?? now,
    edited: false,
    deleted: false,
  }
}

// A list that the agent looks at now and a chat that is on the screen are read at once; the others count.
function unreadIn(state: State, known: ChatState, entries: readonly Entry[]): Partial<ChatState> {
  const readSequence = readUpTo(known, entries)
  const unread = entries.filter(
    (entry) => entry.sender === 'user' && !entry.deleted && (entry.sequence ?? 0) > readSequence,
  )
  const looking =
    state.currentId === known.chat.id && state.terminalFocused !== false && known.anchor === null
  const firstUnreadId =
    looking && known.loading === 'done' ? known.firstUnreadId : (unread[0]?.id ?? known.firstUnreadId)
  return { readSequence, unread: unread.length, firstUnreadId }
}

// The first load knows only how many are unread; from them follows where reading had stopped.
function readUpTo(known: ChatState, entries: readonly Entry[]): number {
  if (known.loading === 'done' || known.readSequence > 0) return known.readSequence
  const fromUser = entries.filter((entry) => entry.sender === 'user' && entry.sequence !== null)
  const firstUnread = fromUser[Math.max(0, fromUser.length - known.chat.unreadCount)]
  if (known.chat.unreadCount > 0 && firstUnread?.sequence) return firstUnread.sequence - 1
  return fromUser.at(-1)?.sequence ?? 0
}

// The list shows how long ago somebody wrote, and the server tells the conversation anew only when it changes.
function withLastMessage(chat: Chat, entries: readonly Entry[]): Chat {
  const last = entries.findLast((entry) => entry.sequence !== null && entry.sender !== 'system')
  if (!last || last.at <= (chat.lastMessage?.at ?? 0)) return chat
  return { ...chat, lastMessage: { sender: last.sender, body: last.body, at: last.at } }
}

function lastUserSequence(entries: readonly Entry[]): number {
  return entries.findLast((entry) => entry.sender === 'user')?.sequence ?? 0
}

function claimed(state: State, chat: Chat): State {
  const isMine =
    chat.status === 'open' && chat.assignee !== null && chat.assignee.id === state.identity?.agent.id
  const listed = state.mine.includes(chat.id)
  if (isMine && !listed) return { ...state, mine: [...state.mine, chat.id] }
  if (!isMine && listed) return { ...state, mine: state.mine.filter((id) => id !== chat.id) }
  return state
}

function refreshSearch(state: State): State {
  const current = state.currentId === null ? undefined : state.chats[state.currentId]
  if (!state.search || !current) return state
  return { ...state, search: { ...state.search, matches: findEntries(current.entries, state.search.words) } }
}
