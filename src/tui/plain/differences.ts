import { offerText, secondsLeft } from '../presentation/offer.js'
import type { Offer } from '../session/model.js'
import { currentChat } from '../state/selectors.js'
import type { ChatState, State } from '../state/state.js'
import { clean } from '../text/clean.js'
import { chooserLines, entryLine, helpLines, questionLine } from './format.js'

/** What to tell an agent who reads line by line, when the state has changed. */
export function differences(before: State, after: State): string[] {
  return [
    ...connectionLines(before, after),
    ...queueChange(before, after),
    ...offerLines(before, after),
    ...Object.values(after.chats).flatMap((chat) => entryChanges(before.chats[chat.chat.id], chat, after)),
    ...searchLines(before, after),
    ...editingLines(before, after),
    ...noticeLines(before, after),
    ...overlayLines(before, after),
  ]
}

function connectionLines(before: State, after: State): string[] {
  const [was, is] = [before.connection.phase, after.connection.phase]
  if (was === is || is === 'connecting') return []
  return is === 'online'
    ? ['Connected.']
    : ['Not connected: trying again. What you write is sent when the server is back.']
}

function queueChange(before: State, after: State): string[] {
  const known = new Set(before.queue.map((item) => item.chatId))
  if (before.identity === null) return []
  return after.queue
    .filter((item) => !known.has(item.chatId))
    .map((item) => clean(`Queue: ${item.name} waits (${item.priority}), ${after.queueSize} in all`))
}

function offerLines(before: State, after: State): string[] {
  // Told again when the first words come, which may be after the offer.
  const told = new Set(before.offers.map(keyOf))
  return after.offers
    .filter((offer) => !told.has(keyOf(offer)))
    .map((offer) => {
      const left = secondsLeft(offer, after.now)
      return `Offer: ${offerText(after, offer)}. /take accepts, /decline declines, ${left} s are left`
    })
}

const keyOf = ({ chatId, preview }: Offer) => `${chatId} ${preview !== null}`

// Of a conversation that has just been opened only the end is read out.
const TOLD_AT_FIRST = 10

// Each entry is told once when it comes and once more when sending it has succeeded or failed.
function entryChanges(before: ChatState | undefined, chat: ChatState, after: State): string[] {
  if (before?.entries === chat.entries) return []
  const listens = after.mine.includes(chat.chat.id) || after.currentId === chat.chat.id
  if (!listens) return []
  const told = new Map(before?.entries.map((entry) => [entry.localId ?? entry.id, entry]))
  const first = before === undefined || before.entries.length === 0
  const entries = first ? chat.entries.slice(-TOLD_AT_FIRST) : chat.entries
  return entries.flatMap((entry) => {
    const earlier = told.get(entry.localId ?? entry.id)
    if (entry.status === 'sending') return []
    const settled = earlier?.status === 'sending' || entry.status === 'failed'
    const changed =
      earlier !== undefined && (earlier.body !== entry.body || earlier.deleted !== entry.deleted)
    return earlier === undefined || (settled && earlier.status !== entry.status) || changed
      ? [entryLine(chat, entry)]
      : []
  })
}

function searchLines(before: State, after: State): string[] {
  const { search } = after
  const chat = currentChat(after)
  if (!search || !chat) return []
  if (search.query === before.search?.query && after.currentId === before.currentId) {
    const current = chat.entries.find(({ id }) => id === search.currentId)
    return current && search.currentId !== before.search.currentId ? [entryLine(chat, current)] : []
  }
  const found = chat.entries.filter(({ id }) => search.matches.includes(id))
  const newest = found.slice(-TOLD_AT_FIRST)
  const told = found.filter((entry) => newest.includes(entry) || entry.id === search.currentId)
  return [`Found ${found.length}:`, ...told.map((entry) => entryLine(chat, entry))]
}

function editingLines(before: State, after: State): string[] {
  const chat = currentChat(after)
  const entryId = chat?.editing?.entryId
  if (entryId === undefined || entryId === currentChat(before)?.editing?.entryId) return []
  const entry = chat?.entries.find(({ id }) => id === entryId)
  return chat && entry
    ? ['Type the new text of this message, or an empty line to leave it as it is:', entryLine(chat, entry)]
    : []
}

function noticeLines(before: State, after: State): string[] {
  if (!after.notice || after.notice === before.notice) return []
  const bad = after.notice.tone === 'danger' || after.notice.tone === 'warning'
  return [clean(`${bad ? '!' : '*'} ${after.notice.text}`)]
}

function overlayLines(before: State, after: State): string[] {
  const { overlay } = after
  if (!overlay || overlay === before.overlay) return []
  if (overlay.kind === 'chooser') return chooserLines(overlay)
  if (overlay.kind === 'question') return [questionLine(overlay)]
  if (overlay.kind === 'prompt') return [`${overlay.title}:`]
  return overlay.kind === 'help' ? helpLines() : []
}
