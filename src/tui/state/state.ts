import { type Draft, EMPTY_DRAFT } from '../composer/draft.js'
import { EMPTY_HISTORY, type History } from '../composer/history.js'
import type { Pane } from '../presentation/layout.js'
import type {
  Availability,
  CannedReply,
  Chat,
  Connection,
  Entry,
  Found,
  Identity,
  Offer,
  QueueItem,
  Teammate,
  Visitor,
} from '../session/model.js'
import type { Anchor } from '../transcript/window.js'
import type { Overlay } from './overlay.js'

/** Everything that the screen shows. Only `reduce` makes a new one. */
export interface State {
  readonly size: { readonly columns: number; readonly rows: number }
  readonly now: number
  /** Whether the terminal has the focus; null while it has never said. */
  readonly terminalFocused: boolean | null
  readonly identity: Identity | null
  readonly connection: Connection
  readonly availability: Availability
  readonly queue: readonly QueueItem[]
  readonly queueSize: number
  /** What is offered to this agent, in the order in which it came. */
  readonly offers: readonly Offer[]
  readonly team: readonly Teammate[]
  readonly canned: readonly CannedReply[]
  /** Ids of the agent's own chats, in the order in which they came. */
  readonly mine: readonly string[]
  readonly chats: Readonly<Record<string, ChatState>>
  readonly visitors: Readonly<Record<string, Visitor>>
  readonly currentId: string | null
  readonly previousId: string | null
  readonly focus: Pane
  readonly selected: { readonly queue: number; readonly mine: number; readonly team: number }
  readonly visitorShown: boolean
  readonly history: History
  readonly overlay: Overlay | null
  readonly notice: Notice | null
  readonly search: Search | null
  /** What the last search in all conversations has found. */
  readonly found: { readonly query: string; readonly results: readonly Found[] } | null
  /** When Ctrl-C was last pressed. */
  readonly interruptedAt: number | null
}

/** One conversation as the agent works in it. */
export interface ChatState {
  readonly chat: Chat
  readonly entries: readonly Entry[]
  readonly loading: 'none' | 'first' | 'older' | 'done'
  readonly hasMore: boolean
  readonly draft: Draft
  readonly mode: 'reply' | 'note'
  /** The entry whose text is in the composer to be changed, and the draft that waits meanwhile. */
  readonly editing: { readonly entryId: string; readonly held: Draft } | null
  readonly anchor: Anchor
  /** The entry before which "new" stands. */
  readonly firstUnreadId: string | null
  /** The last sequence that was seen here. */
  readonly readSequence: number
  readonly unread: number
  readonly typing: { readonly name: string; readonly until: number } | null
  /** The bot's reply while it is written. */
  readonly botDraft: Entry | null
}

export interface Notice {
  readonly text: string
  readonly tone: 'info' | 'good' | 'warning' | 'danger'
  readonly until: number
}

/** A search in the current transcript; `matches` are ids of entries that hold all of the words. */
export interface Search {
  readonly query: string
  readonly words: readonly string[]
  readonly matches: readonly string[]
  readonly currentId: string | null
}

export function newChatState(chat: Chat): ChatState {
  return {
    chat,
    entries: [],
    loading: 'none',
    hasMore: false,
    draft: EMPTY_DRAFT,
    mode: 'reply',
    editing: null,
    anchor: null,
    firstUnreadId: null,
    readSequence: 0,
    unread: chat.unreadCount,
    typing: null,
    botDraft: null,
  }
}

/** The state before anything is known. `now` in milliseconds. */
export function initialState(size: State['size'], now: number): State {
  return {
    size,
    now,
    terminalFocused: null,
    identity: null,
    connection: { phase: 'connecting' },
    availability: 'online',
    queue: [],
    queueSize: 0,
    offers: [],
    team: [],
    canned: [],
    mine: [],
    chats: {},
    visitors: {},
    currentId: null,
    previousId: null,
    focus: 'queue',
    selected: { queue: 0, mine: 0, team: 0 },
    visitorShown: size.columns >= 120,
    history: EMPTY_HISTORY,
    overlay: null,
    notice: null,
    search: null,
    found: null,
    interruptedAt: null,
  }
}
