import type { Chat, Priority, QueueItem, Teammate } from '../session/model.js'
import type { ListName } from '../state/change.js'
import { ownChats } from '../state/selectors.js'
import type { ChatState, State } from '../state/state.js'
import { fitRow, type Row, restyle, row, type Span, span, spread } from '../text/span.js'
import { shortDuration } from '../transcript/time.js'
import { AVAILABILITY_MARKS, waitsLong } from './header.js'
import type { Rect } from './layout.js'

const PRIORITY_MARKS: Readonly<Record<Priority, Span>> = {
  high: span('‼', 'danger'),
  normal: span(' '),
  low: span('↓', 'dim'),
}

/** The rows of the queue: priority, position, name and reason, waiting time. */
export function queueRows(state: State, area: Rect): Row[] {
  const rows = state.queue.map((item, index) => queueRow(state, item, index + 1, area.width))
  return listRows(state, 'queue', rows, area, 'Nobody waits')
}

/** The rows of the agent's own chats: number, name, unread, typing or the time since the last message. */
export function mineRows(state: State, area: Rect): Row[] {
  const rows = ownChats(state).map((chat, index) => mineRow(state, chat, index + 1, area.width))
  return listRows(state, 'mine', rows, area, 'No chats')
}

/** The rows of the team: availability, name, load. */
export function teamRows(state: State, area: Rect): Row[] {
  const rows = state.team.map((mate) => teamRow(mate, area.width))
  return listRows(state, 'team', rows, area, 'Nobody else')
}

function queueRow(state: State, item: QueueItem, position: number, width: number): Row {
  const wait = shortDuration(state.now - item.requestedAt)
  const late = waitsLong(item, state.now)
  const viewed = state.currentId === item.chatId
  const left: Row = [
    PRIORITY_MARKS[item.priority],
    span(viewed ? '▸' : ' ', 'accent'),
    span(`${position} `, 'dim'),
    span(item.name, item.online ? 'plain' : 'dim'),
    span(item.reason ? ` · ${item.reason}` : '', 'dim'),
  ]
  return spread(left, [span(` ${wait}`, late ? 'warning' : 'dim'), span(late ? '⚠' : ' ', 'warning')], width)
}

function mineRow(state: State, chat: ChatState, number: number, width: number): Row {
  const current = state.currentId === chat.chat.id
  const left: Row = [
    span(current ? '▶' : ' ', 'accent'),
    span(`${number} `, 'dim'),
    span(chat.chat.name, current ? 'strong' : chat.chat.online ? 'plain' : 'dim'),
  ]
  const unread = chat.unread > 0 ? span(` ●${Math.min(99, chat.unread)}`, 'warning') : span(' · ', 'dim')
  return spread(left, [unread, ...activity(state, chat)], width)
}

function activity(state: State, { chat, typing }: ChatState): Row {
  if (typing) return fitRow([span(' typing', 'accent')], 7)
  const since = sinceLast(chat, state.now)
  return [span(since.padStart(6), chat.lastMessage?.sender === 'user' ? 'plain' : 'dim'), span(' ')]
}

function sinceLast(chat: Chat, now: number): string {
  return shortDuration(now - (chat.lastMessage?.at ?? chat.createdAt))
}

function teamRow(mate: Teammate, width: number): Row {
  const available = mate.connected ? mate.availability : 'offline'
  const load = available === 'online' ? `${mate.active}/${mate.capacity}` : available
  return spread(
    [AVAILABILITY_MARKS[available], span(` ${mate.name}`, available === 'online' ? 'plain' : 'dim')],
    [span(` ${load} `, mate.active >= mate.capacity && available === 'online' ? 'warning' : 'dim')],
    width,
  )
}

/** The index of the first item that a list shows: the selected one is always in sight. */
export function firstVisible(state: State, list: ListName, area: Rect): number {
  const { length, room } = extentOf(state, list, area)
  return Math.max(0, Math.min(state.selected[list] - Math.floor(room / 2), length - room))
}

// The last row tells how many more there are; the queue may be longer than what the server has told of it.
function extentOf(state: State, list: ListName, area: Rect): { length: number; total: number; room: number } {
  const { length } = state[list]
  const total = list === 'queue' ? Math.max(length, state.queueSize) : length
  return { length, total, room: total > Math.min(length, area.height) ? area.height - 1 : area.height }
}

function listRows(state: State, list: ListName, rows: readonly Row[], area: Rect, empty: string): Row[] {
  const { total, room } = extentOf(state, list, area)
  if (total === 0) return [row(` ${empty}`, 'dim')]
  const first = firstVisible(state, list, area)
  const chosen = state.focus === list ? state.selected[list] - first : -1
  const shown = rows
    .slice(first, first + room)
    .map((line, index) => (index === chosen ? restyle(fitRow(line, area.width), 'selected') : line))
  return shown.length < total ? [...shown, row(`  +${total - shown.length} more`, 'dim')] : shown
}
