import type { Keymap } from '../keymap/keymap.js'
import type { Chat } from '../session/model.js'
import { currentChat, transcriptView } from '../state/selectors.js'
import type { ChatState, State } from '../state/state.js'
import { cut, type Row, row, span, spread } from '../text/span.js'
import { textWidth } from '../text/width.js'
import { rowsBelow, visibleRows } from '../transcript/window.js'
import type { Title } from './frame.js'
import type { Rect } from './layout.js'

/** The open chat's newest rows, or what to do when none is open. One cell stays free at the left. */
export function transcriptRows(state: State, area: Rect, keymap: Keymap): Row[] {
  const chat = currentChat(state)
  const shown = transcriptView(state)
  if (!chat || !shown) return centred(welcome(state, keymap), area)
  if (chat.entries.length === 0) return centred([emptyText(chat)], area)
  const rows = visibleRows(shown.view, chat.anchor, shown.height)
  const blank: Row[] = Array.from({ length: shown.height - rows.length }, () => row(''))
  const below = rowsBelow(shown.view, chat.anchor)
  return [...blank, ...rows.map((line) => [span(' '), ...line]), footer(state, chat, below, area.width)]
}

/** The title: a short number, name, page or subject, tags. */
export function transcriptTitle(state: State, style: 'frameFocused' | 'title'): Title {
  const chat = currentChat(state)?.chat
  if (!chat) return { left: [span('Chat', style)] }
  const about = chat.subject ?? pageOf(chat.metadata)
  const whose = chat.status === 'closed' ? 'closed' : chat.assignee ? '' : handlerText(chat.handler)
  return {
    left: [
      span(`#${shortId(chat.id)} ${chat.name}`, style),
      span(about ? ` · ${about}` : '', 'dim'),
      span(whose ? ` · ${whose}` : '', 'warning'),
    ],
  }
}

/** The last characters of an id: enough to tell chats apart when talking about them. */
export function shortId(id: string): string {
  return id.slice(-4)
}

/** The page that a visitor is on, when the client told it. */
export function pageOf(metadata: Readonly<Record<string, unknown>>): string | null {
  const page = metadata.page ?? metadata.page_url ?? metadata.url
  return typeof page === 'string' && page !== '' ? page : null
}

function footer(state: State, chat: ChatState, below: number, width: number): Row {
  const typing = typingText(chat)
  const { search } = state
  const position = search ? search.matches.indexOf(search.currentId ?? '') + 1 : 0
  const found = search ? ` ${position}/${search.matches.length} “${cut(search.query, 20)}” n N ` : ''
  const more = below > 0 ? ` ↓ ${below} more rows ` : ''
  return spread([span(typing, 'accent')], [span(found, 'match'), span(more, 'warning')], width)
}

function handlerText(handler: Chat['handler']): string {
  return handler === 'bot' ? '⚙ AI answers' : (handler ?? '')
}

function typingText({ typing, botDraft }: ChatState): string {
  if (typing) return ` ${typing.name} is typing…`
  return botDraft ? ' ⚙ AI is writing…' : ''
}

function emptyText(chat: ChatState): string {
  return chat.loading === 'done' ? 'No messages yet' : 'Loading…'
}

function welcome(state: State, keymap: Keymap): string[] {
  if (!state.identity) return []
  const accept = keymap.label('accept')
  const waiting =
    state.queueSize === 0 ? 'Nobody waits.' : `${state.queueSize} in the queue: ${accept} accepts the first.`
  return [
    'No chat is open',
    '',
    waiting,
    `${keymap.label('palette')} finds everything · ${keymap.label('help')} helps`,
  ]
}

function centred(lines: readonly string[], area: Rect): Row[] {
  const above = Math.max(0, Math.floor((area.height - lines.length) / 2))
  const blank: Row[] = Array.from({ length: above }, () => row(''))
  return [
    ...blank,
    ...lines.map((line) =>
      row(' '.repeat(Math.max(0, Math.floor((area.width - textWidth(line)) / 2))) + line, 'dim'),
    ),
  ]
}
