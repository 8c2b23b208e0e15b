import { isBlank } from './composer/draft.js'
import type { Session } from './session/session.js'
import { currentChat } from './state/selectors.js'
import type { State } from './state/state.js'

/** Tells visitors that the agent types; never for a note, a command or a change of what was sent. The client sends it at most every 3 s. */
export class TypingNotices {
  private chatId: string | null = null

  /** To be called after the draft has changed. */
  follow(state: State, session: Session | null): void {
    const chatId = typedIn(state)
    if (this.chatId !== null && this.chatId !== chatId) session?.typing(this.chatId, false)
    if (chatId !== null) session?.typing(chatId, true)
    this.chatId = chatId
  }
}

function typedIn(state: State): string | null {
  const chat = currentChat(state)
  if (chat?.mode !== 'reply' || chat.editing || !state.mine.includes(chat.chat.id) || isBlank(chat.draft))
    return null
  return chat.draft.graphemes[0] === '/' ? null : chat.chat.id
}
