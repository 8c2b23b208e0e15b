import { focusOrder } from '../presentation/layout.js'
import type { Entry } from '../session/model.js'
import type { Change } from './change.js'
import {
  putBotDraft,
  putChat,
  putEntries,
  putMine,
  putOpened,
  putReceipt,
  seen,
  updateChat,
  updateEntries,
  withdraw,
} from './chats.js'
import { dropStale, endOffer, putOffer } from './offers.js'
import { layoutFor } from './selectors.js'
import { initialState, type State } from './state.js'

const TYPING_LASTS_MILLISECONDS = 6000

type Handlers = { [Type in Change['type']]: (state: State, change: Extract<Change, { type: Type }>) => State }

const HANDLERS: Handlers = {
  time: (state, { now }) => dropStale(expire({ ...state, now })),
  resized: resize,
  terminalFocus: (state, { focused }) => ({ ...state, terminalFocused: focused }),
  identified: (state, { identity, afresh }) => ({ ...(afresh ? begin(state) : state), identity }),
  connection: (state, { connection }) => ({ ...state, connection }),
  availability: (state, { availability }) => ({ ...state, availability }),
  queue: (state, { items, size }) => clampSelection({ ...state, queue: items, queueSize: size }),
  team: (state, { team }) => clampSelection({ ...state, team }),
  offer: (state, { offer }) => putOffer(state, offer),
  offerEnded: (state, { offer }) => endOffer(state, offer.chatId),
  botDraft: (state, { chatId, text }) => putBotDraft(state, chatId, text),
  canned: (state, { replies }) => ({ ...state, canned: replies }),
  mine: (state, { chats }) => clampSelection(putMine(state, chats)),
  chats: (state, { chats }) => clampSelection(chats.reduce(putChat, state)),
  chat: (state, { chat }) => clampSelection(putChat(state, chat)),
  visitor: (state, { visitor }) => ({
    ...state,
    visitors: { ...state.visitors, [visitor.contactId]: visitor },
  }),
  opened: (state, { opened }) => putOpened(state, opened),
  older: (state, { chatId, older }) =>
    updateChat(putEntries(state, chatId, older.entries), chatId, (chat) => ({
      ...chat,
      hasMore: older.hasMore,
      loading: 'done',
    })),
  entry: (state, { entry }) => putEntries(state, entry.chatId, [entry]),
  entryDeleted: (state, { chatId, id }) =>
    updateEntries(state, chatId, (entry) =>
      entry.id === id ? { ...entry, deleted: true, body: '' } : entry,
    ),
  reactions: (state, { chatId, id, reactions }) =>
    updateEntries(state, chatId, (entry) => (entry.id === id ? { ...entry, reactions } : entry)),
  receipt: (state, { chatId, status, upTo }) => putReceipt(state, chatId, status, upTo),
  failed: (state, { chatId, localId }) =>
    updateEntries(state, chatId, (entry) =>
      entry.localId === localId && entry.sequence === null ? { ...entry, status: 'failed' } : entry,
    ),
  withdrawn: (state, { chatId, localId }) => withdraw(state, chatId, localId),
  typing: (state, { chatId, name, active }) =>
    updateChat(state, chatId, (chat) => ({
      ...chat,
      typing: active ? { name: name ?? chat.chat.name, until: state.now + TYPING_LASTS_MILLISECONDS } : null,
    })),
  presence: (state, { contactId, online }) => presence(state, contactId, online),
  show: (state, { chatId }) => show(state, chatId),
  seen: (state, { chatId }) => seen(state, chatId),
  patchChat: (state, { chatId, patch }) => updateChat(state, chatId, (chat) => ({ ...chat, ...patch })),
  draft: (state, { draft, history }) =>
    updateChat(history ? { ...state, history } : state, state.currentId ?? '', (chat) => ({
      ...chat,
      draft,
    })),
  focus: (state, { pane }) => ({ ...state, focus: pane }),
  select: (state, { list, index }) =>
    clampSelection({ ...state, selected: { ...state.selected, [list]: index } }),
  scrolled: (state, { anchor }) => updateChat(state, state.currentId ?? '', (chat) => ({ ...chat, anchor })),
  visitorShown: (state, { shown }) => keepFocusVisible({ ...state, visitorShown: shown }),
  overlay: (state, { overlay }) => ({ ...state, overlay }),
  notice: (state, { notice }) => ({ ...state, notice }),
  search: (state, { search }) => ({ ...state, search }),
  found: (state, { found }) => ({ ...state, found }),
  interrupted: (state, { at }) => ({ ...state, interruptedAt: at }),
  resync: (state) => state,
  loggedOut: (state) => ({ ...state, identity: null }),
}

/** The state after a change. Pure: time comes in as a change of its own. */
export function reduce<Type extends Change['type']>(
  state: State,
  change: Extract<Change, { type: Type }>,
): State {
  const handle = HANDLERS[change.type as Type]
  return handle(state, change)
}

/**
 * The state after many changes. Entries of one chat that follow each other are merged at once: 10,000 of them
 * one by one would copy the list 10,000 times.
 */
export function reduceAll(state: State, changes: readonly Change[]): State {
  let next = state
  let batch: Entry[] = []
  const flush = () => {
    const first = batch[0]
    if (first) next = putEntries(next, first.chatId, batch)
    batch = []
  }
  for (const change of changes) {
    if (change.type !== 'entry' || (batch[0] && batch[0].chatId !== change.entry.chatId)) flush()
    if (change.type === 'entry') batch.push(change.entry)
    else next = reduce(next, change)
  }
  flush()
  return next
}

function begin({ size, now, terminalFocused, connection, notice }: State): State {
  return { ...initialState(size, now), terminalFocused, connection, notice }
}

function show(state: State, chatId: string | null): State {
  if (chatId === state.currentId) return state
  const left = state.currentId ? updateChat(state, state.currentId, forgetSeparator) : state
  return { ...left, currentId: chatId, previousId: state.currentId ?? state.previousId, search: null }
}

function forgetSeparator<Chat extends { unread: number; firstUnreadId: string | null }>(chat: Chat): Chat {
  return chat.unread === 0 ? { ...chat, firstUnreadId: null } : chat
}

function resize(state: State, { size }: { size: State['size'] }): State {
  const crossed = state.size.columns >= 120 !== size.columns >= 120
  return keepFocusVisible({
    ...state,
    size,
    visitorShown: crossed ? size.columns >= 120 : state.visitorShown,
  })
}

function keepFocusVisible(state: State): State {
  const panes = focusOrder(layoutFor(state))
  return panes.length === 0 || panes.includes(state.focus) ? state : { ...state, focus: 'transcript' }
}

function clampSelection(state: State): State {
  const clamp = (index: number, length: number) => Math.max(0, Math.min(length - 1, index))
  const selected = {
    queue: clamp(state.selected.queue, state.queue.length),
    mine: clamp(state.selected.mine, state.mine.length),
    team: clamp(state.selected.team, state.team.length),
  }
  return { ...state, selected }
}

function presence(state: State, contactId: string, online: boolean): State {
  const chats = Object.values(state.chats).filter(({ chat }) => chat.contactId === contactId)
  return chats.reduce(
    (next, { chat }) => updateChat(next, chat.id, (known) => ({ ...known, chat: { ...known.chat, online } })),
    state,
  )
}

function expire(state: State): State {
  const typingEnded = Object.values(state.chats).filter(
    (chat) => chat.typing && chat.typing.until <= state.now,
  )
  const quiet = typingEnded.reduce(
    (next, { chat }) => updateChat(next, chat.id, (known) => ({ ...known, typing: null })),
    state,
  )
  return state.notice && state.notice.until <= state.now ? { ...quiet, notice: null } : quiet
}
