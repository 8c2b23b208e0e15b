import {
  currentChat,
  deletableEntries,
  earlierChats,
  editableEntries,
  filesOf,
  isMine,
  snoozedChats,
} from '../state/selectors.js'
import type { ChatState, State } from '../state/state.js'

/** Why something cannot be done now, as a sentence for the agent; null when it can. */
export type Reason = (state: State) => string | null

/** The first reason of several. */
export function firstOf(...reasons: readonly Reason[]): Reason {
  return (state) => {
    for (const reason of reasons) {
      const text = reason(state)
      if (text !== null) return text
    }
    return null
  }
}

export const online: Reason = (state) =>
  state.connection.phase === 'online' ? null : 'Not connected: it can be done when the server is back'

export const chatOpen: Reason = (state) => (currentChat(state) ? null : 'No chat is open: choose one first')

export const somebodyWaits: Reason = (state) => (state.queue.length > 0 ? null : 'Nobody waits in the queue')

export const offered: Reason = (state) =>
  state.offers.length > 0 ? null : 'Nobody is offered to you now: /accept takes from the queue'

export const notViewer: Reason = (state) =>
  state.identity?.app.role === 'viewer'
    ? 'A viewer can read, not answer: ask an admin for the role agent'
    : null

/** The open chat must be the agent's own and not closed. */
export const chatIsMine: Reason = firstOf(chatOpen, (state) => {
  const chat = currentChat(state)
  return chat && !isMine(state, chat) ? whyNotMine(chat) : null
})

/** A reply may go to the agent's own chat, and to a bot's, which it takes over. */
export const chatTakesReply: Reason = firstOf(chatOpen, notViewer, (state) => {
  const chat = currentChat(state)
  return !chat || isMine(state, chat) || takesOver(chat) ? null : whyNotMine(chat)
})

export const chatResting: Reason = firstOf(chatOpen, (state) =>
  currentChat(state)?.chat.status === 'open' ? 'This chat is open already' : null,
)

export const chatTagged: Reason = firstOf(chatOpen, (state) =>
  currentChat(state)?.chat.tags.length === 0 ? 'This chat has no tags' : null,
)

export const somethingSaid: Reason = firstOf(chatOpen, (state) =>
  currentChat(state)?.entries.length === 0 ? 'Nothing is written in this chat yet' : null,
)

export const somethingToEdit: Reason = firstOf(chatOpen, (state) =>
  editableEntries(state).length === 0 ? 'There is no message of yours here that can be changed' : null,
)

export const somethingToDelete: Reason = firstOf(chatOpen, (state) =>
  deletableEntries(state).length === 0 ? 'There is no message of yours here to delete' : null,
)

export const filesHere: Reason = firstOf(chatOpen, (state) =>
  filesOf(state).length === 0 ? 'There is no file in what is loaded of this chat' : null,
)

export const visitorKnown: Reason = firstOf(chatOpen, (state) =>
  earlierChats(state).length === 0 ? 'This visitor has no other conversations' : null,
)

export const somethingFound: Reason = (state) =>
  state.found ? null : 'Nothing was searched yet: /search looks in all conversations'

export const somethingSnoozed: Reason = (state) =>
  snoozedChats(state).length > 0 ? null : 'You have put no chat aside'

export const ownChat: Reason = (state) =>
  state.mine.length > 0 ? null : 'You have no chats: accept one from the queue'

export const chatKnown: Reason = (state) =>
  Object.keys(state.chats).length > 0 ? null : 'There is no chat yet: accept one from the queue'

export const chatBefore: Reason = (state) =>
  state.previousId === null ? 'No other chat was open before this one' : null

export const searching: Reason = (state) => (state.search ? null : 'Nothing is searched: begin with Ctrl-F')

export const severalApps: Reason = (state) =>
  (state.identity?.apps.length ?? 0) > 1 ? null : 'You belong to one app only'

export const hasCanned: Reason = (state) =>
  state.canned.length > 0 ? null : 'There are no canned replies: an admin can add some'

function takesOver(chat: ChatState): boolean {
  return chat.chat.handler === 'bot' && chat.chat.status === 'open'
}

function whyNotMine({ chat }: ChatState): string {
  if (chat.status === 'closed') return 'This chat is closed: /reopen opens it again'
  if (chat.status === 'snoozed') return 'This chat is put aside: /reopen takes it up again'
  if (chat.assignee) return `${chat.assignee.name} has this chat`
  return chat.handler === 'queue' ? 'This chat waits in the queue: accept it first' : 'This chat is not yours'
}
