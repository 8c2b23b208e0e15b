import type { Chat, Visitor } from '../session/model.js'
import { currentChat } from '../state/selectors.js'
import type { ChatState, State } from '../state/state.js'
import { clean } from '../text/clean.js'
import { type Row, row, type Style, span } from '../text/span.js'
import { wrap } from '../text/wrap.js'
import { authorOf } from '../transcript/rows.js'
import { shortDuration } from '../transcript/time.js'
import type { Rect } from './layout.js'
import { pageOf, shortId } from './transcript.js'

const HIDDEN_METADATA = new Set(['page', 'page_url', 'url'])
const MOST_ATTRIBUTES = 8

/** Who the visitor is: contact, page, tags, attributes, notes, earlier conversations. */
export function visitorRows(state: State, area: Rect): Row[] {
  const current = currentChat(state)
  if (!current) return [row(' No chat is open', 'dim')]
  const visitor = state.visitors[current.chat.contactId ?? '']
  const width = area.width - 2
  const rows = [
    ...contactRows(state, current.chat, visitor, width),
    ...attributeRows({ ...visitor?.attributes, ...current.chat.metadata }, width),
    ...noteRows(current, area.width),
    ...historyRows(visitor, state.now, area.width),
  ]
  return rows.slice(0, area.height)
}

function contactRows(state: State, chat: Chat, visitor: Visitor | undefined, width: number): Row[] {
  const count = (visitor?.history.length ?? 0) + 1
  const page = pageOf(chat.metadata)
  return [
    ...lines(chat.name, width, 'strong'),
    [
      span(' '),
      span(chat.online ? '● online' : `○ ${lastSeen(visitor, state.now)}`, chat.online ? 'good' : 'dim'),
    ],
    ...(chat.email ? lines(chat.email, width, 'accent') : []),
    ...(chat.phone ? lines(chat.phone, width) : []),
    ...lines([ordinal(count), visitor?.locale, chat.channel].filter(Boolean).join(' · '), width, 'dim'),
    ...(visitor?.timezone ? lines(localTime(visitor.timezone, state.now), width, 'dim') : []),
    ...(page ? lines(`page ${page}`, width) : []),
    ...(chat.tags.length > 0 ? lines(`tags ${chat.tags.join(', ')}`, width) : []),
    ...ratingRows(chat, visitor, width),
  ]
}

function lastSeen(visitor: Visitor | undefined, now: number): string {
  return visitor?.lastSeenAt ? `seen ${shortDuration(now - visitor.lastSeenAt)} ago` : 'offline'
}

function ratingRows(chat: Chat, visitor: Visitor | undefined, width: number): Row[] {
  const ratings = [chat, ...(visitor?.history ?? [])].flatMap(({ rating }) => rating ?? [])
  if (ratings.length === 0) return []
  const average = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length
  return lines(`csat ${average.toFixed(1)} (${ratings.length})`, width)
}

function attributeRows(attributes: Readonly<Record<string, unknown>>, width: number): Row[] {
  return Object.entries(attributes)
    .filter(([name, value]) => !HIDDEN_METADATA.has(name) && value !== null && typeof value !== 'object')
    .slice(0, MOST_ATTRIBUTES)
    .flatMap(([name, value]) => lines(`${name} ${String(value)}`, width, 'dim').slice(0, 2))
}

function noteRows(chat: ChatState, width: number): Row[] {
  const notes = chat.entries.filter((entry) => entry.internal && !entry.deleted)
  if (notes.length === 0) return []
  const texts = notes
    .slice(-3)
    .flatMap((note) =>
      lines(`⚑ ${note.sender === 'bot' ? `${authorOf(note)}: ` : ''}${note.body}`, width - 2, 'note').slice(
        0,
        2,
      ),
    )
  return [divider(`notes ${notes.length}`, width), ...texts]
}

function historyRows(visitor: Visitor | undefined, now: number, width: number): Row[] {
  if (!visitor || visitor.history.length === 0) return []
  const texts = visitor.history.slice(0, 5).flatMap((chat) =>
    lines(`#${shortId(chat.id)} ${chat.subject ?? chat.lastMessage?.body ?? chat.status}`, width - 2, 'dim')
      .slice(0, 1)
      .map((line) => [...line, span(` ${shortDuration(now - chat.createdAt)}`, 'dim')]),
  )
  return [divider(`history ${visitor.history.length}`, width), ...texts]
}

function divider(label: string, width: number): Row {
  return row(`── ${label} ${'─'.repeat(Math.max(0, width - label.length - 4))}`, 'separator')
}

function lines(text: string, width: number, style: Style = 'plain'): Row[] {
  return wrap(clean(text), width).map((line) => [span(' '), span(line, style)])
}

function ordinal(count: number): string {
  const suffix =
    count % 100 >= 11 && count % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th')
  return `${count}${suffix} visit`
}

function localTime(timeZone: string, now: number): string {
  try {
    const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(
      now,
    )
    return `${time} there`
  } catch {
    return clean(timeZone)
  }
}
