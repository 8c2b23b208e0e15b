import type { Choice } from '../state/overlay.js'
import { isMine } from '../state/selectors.js'
import type { ChatState, State } from '../state/state.js'
import { momentLabel } from '../transcript/moment.js'

/** Every chat that is known, the agent's own first. */
export function chatChoices(state: State): Choice[] {
  const chats = Object.values(state.chats)
  const own = chats.filter((chat) => isMine(state, chat))
  return [...own, ...chats.filter((chat) => !own.includes(chat))].map((chat) => ({
    action: 'chat',
    argument: chat.chat.id,
    label: chat.chat.name,
    hint: hintOf(state, chat),
  }))
}

function hintOf(state: State, known: ChatState): string {
  const { chat, unread } = known
  if (isMine(state, known)) return unread > 0 ? `${unread} unread` : 'mine'
  if (chat.status === 'snoozed' && chat.snoozedUntil !== null) {
    return `until ${momentLabel(chat.snoozedUntil, state.now)}`
  }
  return chat.handler === 'bot' && chat.status === 'open' ? '⚙ AI answers' : chat.status
}
