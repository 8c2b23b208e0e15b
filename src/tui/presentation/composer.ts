import { draftLength } from '../composer/draft.js'
import { layoutDraft } from '../composer/layout.js'
import { chatTakesReply } from '../keymap/reasons.js'
import { currentChat } from '../state/selectors.js'
import type { ChatState, State } from '../state/state.js'
import { type Row, row, span } from '../text/span.js'
import type { Title } from './frame.js'
import { composerWidth, type Rect } from './layout.js'

/** The server's default for the length of a message, in code points. */
export const LONGEST_MESSAGE = 5000

/** The draft's visible rows, and the cursor's cell within the area. */
export function composerView(
  state: State,
  area: Rect,
): { rows: Row[]; cursor: { x: number; y: number } | null } {
  const chat = currentChat(state)
  if (!chat) return { rows: [], cursor: null }
  const layout = layoutDraft(chat.draft, composerWidth(area))
  const last = Math.max(0, layout.rows.length - area.height)
  const first = Math.max(0, Math.min(layout.cursorRow - area.height + 1, last))
  const style = chat.mode === 'note' || chat.editing ? 'note' : 'plain'
  const hint = chat.draft.graphemes.length === 0 ? placeholder(state, chat) : null
  return {
    rows:
      hint === null
        ? layout.rows.slice(first, first + area.height).map((line) => [span(' '), span(line, style)])
        : [hint],
    cursor: { x: layout.cursorColumn + 1, y: layout.cursorRow - first },
  }
}

/** The title: reply or NOTE, the visitor's language, the length. */
export function composerTitle(state: State, style: 'frameFocused' | 'title'): Title {
  const chat = currentChat(state)
  if (!chat) return { left: [span('Reply', style)] }
  const length = draftLength(chat.draft)
  const count = span(`${length}/${LONGEST_MESSAGE}`, length > LONGEST_MESSAGE ? 'danger' : 'dim')
  if (chat.editing) {
    return {
      left: [span('CHANGE', 'note'), span(' ─ Enter saves, Esc leaves it as it was · ', 'note'), count],
    }
  }
  if (chat.mode === 'note') {
    return { left: [span('NOTE', 'note'), span(' ─ only the team sees it · ', 'note'), count] }
  }
  const locale = state.visitors[chat.chat.contactId ?? '']?.locale
  return { left: [span('Reply', style), span(` ─ ${locale ? `${locale} · ` : ''}`, 'dim'), count] }
}

function placeholder(state: State, chat: ChatState): Row | null {
  if (chat.mode === 'note') return row(' A note for the team…', 'dim')
  const reason = chatTakesReply(state)
  return reason === null ? null : row(` ${reason}`, 'dim')
}
