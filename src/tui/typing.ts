import { isBlank } from './composer/draft.js'
import type { Session } from './session/session.js'
import { currentChat } from './state/selectors.js'
import type { State } from './state/state.js'

// The server forgets a typing agent 6 s after the last notice, so half of that is often enough.
const REPEAT_MILLISECONDS = 3000

/** Tells visitors that the agent types: at most every 3 s, never for a note or a command. */
export class TypingNotices {
  private chatId: string | null = null
  private toldAt = 0

  /** To be called after the draft has changed. */
  follow(state: State, session: Session | null): void {
    const chat = currentChat(state)
    const typing = chat && state.mine.includes(chat.chat.id) && chat.mode === 'reply' && !isBlank(chat.draft)
    const chatId = typing && chat.draft.graphemes[0] !== '/' ? chat.chat.id : null
    if (this.chatId !== null && this.chatId !== chatId) session?.typing(this.chatId, false)
    if (chatId !== null && (chatId !== this.chatId || state.now - this.toldAt >= REPEAT_MILLISECONDS)) {
      session?.typing(chatId, true)
      this.toldAt = state.now
    }
    this.chatId = chatId
  }
}
