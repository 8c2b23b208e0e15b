import { ACTION_IDS, ACTIONS, type Action } from '../keymap/actions.js'
import { shortId } from '../presentation/transcript.js'
import { visitorRows } from '../presentation/visitor.js'
import type { Entry } from '../session/model.js'
import type { Chooser, Question } from '../state/overlay.js'
import { ownChats } from '../state/selectors.js'
import type { ChatState, State } from '../state/state.js'
import { clean, cleanLines } from '../text/clean.js'
import { clockTime, shortDuration } from '../transcript/time.js'

const STATUS_WORDS: Readonly<Record<Entry['status'], string>> = {
  sending: ' (sending)',
  failed: ' (not sent: /retry tries again)',
  sent: ' (stored)',
  delivered: ' (stored)',
  read: ' (read)',
}

/** One entry as a line that a screen reader can read: the chat, who, what, and what became of it. */
export function entryLine(chat: ChatState, entry: Entry): string {
  const author = entry.sender === 'bot' ? 'AI' : entry.senderName || entry.sender
  const who = entry.internal ? `note by ${author}` : author
  const receipt = entry.sender === 'agent' && !entry.internal && !entry.deleted
  const mark = `${entry.edited && !entry.deleted ? ' (edited)' : ''}${receipt ? STATUS_WORDS[entry.status] : ''}`
  const files = entry.attachments.map((file) => `[file ${file.name}]`)
  const body = entry.deleted ? '(deleted)' : [...cleanLines(entry.body), ...files].join('\n    ')
  return `${clockTime(entry.at)} [${clean(chat.chat.name)}] ${clean(who)}: ${body}${mark}`
}

export function queueLines(state: State): string[] {
  if (state.queue.length === 0) return ['The queue is empty.']
  const lines = state.queue.map((item, index) => {
    const reason = item.reason ? `, ${item.reason}` : ''
    return `  ${index + 1}. ${item.name}, ${item.priority}, waits ${shortDuration(state.now - item.requestedAt)}${reason}`
  })
  return [`Queue (${state.queueSize}):`, ...lines].map(clean)
}

export function mineLines(state: State): string[] {
  const chats = ownChats(state)
  if (chats.length === 0) return ['You have no chats.']
  const lines = chats.map((chat, index) => {
    const unread = chat.unread > 0 ? `, ${chat.unread} unread` : ''
    return `  ${index + 1}. ${chat.chat.name} #${shortId(chat.chat.id)}${unread}${chat.chat.id === state.currentId ? ', open' : ''}`
  })
  return ['Your chats:', ...lines].map(clean)
}

export function teamLines(state: State): string[] {
  const lines = state.team.map((mate) => {
    const available = mate.connected ? mate.availability : 'not connected'
    return `  ${mate.name}, ${available}, ${mate.active} of ${mate.capacity} chats`
  })
  return ['Team:', ...lines].map(clean)
}

/** What is known of the visitor of the open chat. */
export function visitorLines(state: State): string[] {
  return visitorRows(state, { left: 0, top: 0, width: 80, height: 40 }).map((row) =>
    row.map((piece) => piece.text).join(''),
  )
}

/** A list to choose from: by number, or by typing something to narrow it. */
export function chooserLines({ title, choices }: Pick<Chooser, 'title' | 'choices'>): string[] {
  const lines = choices.map((choice, index) => {
    const hint = choice.reason ?? choice.hint
    return `  ${index + 1}. ${choice.label}${hint ? ` (${hint})` : ''}`
  })
  return [`${title}: type a number, or nothing to go back`, ...lines].map(clean)
}

export function questionLine({ lines }: Question): string {
  return clean(`${lines.join(' ')} (y/n)`)
}

/** The commands, from the same table as the help of the full screen. */
export function helpLines(): string[] {
  const commands = ACTION_IDS.flatMap((id) => {
    const action: Action = ACTIONS[id]
    const takes = action.takes ? ` <${action.takes}>` : ''
    return action.command ? [`  /${action.command}${takes}: ${action.title}`] : []
  })
  return [
    'A line is sent to the open chat. Commands:',
    ...commands,
    '  //text sends a line that begins with a slash',
  ]
}
