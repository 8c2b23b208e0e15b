import type { ActionId } from '../keymap/actions.js'
import { ACTIONS } from '../keymap/actions.js'
import type { Keymap } from '../keymap/keymap.js'
import type { Connection } from '../session/model.js'
import type { Notice, State } from '../state/state.js'
import { fitRow, type Row, rowWidth, type Span, type Style, span } from '../text/span.js'

const HINTS: readonly (readonly [ActionId, string])[] = [
  ['palette', 'palette'],
  ['accept', 'accept'],
  ['transfer', 'transfer'],
  ['note', 'note'],
  ['close', 'close'],
  ['help', 'help'],
]
const TONES: Readonly<Record<Notice['tone'], Style>> = {
  info: 'accent',
  good: 'good',
  warning: 'warning',
  danger: 'danger',
}

/** The last line: the connection, and then a notice, or the keys that can be used now. */
export function statusRow(state: State, keymap: Keymap, width: number): Row {
  const left: Row = [...connectionSpans(state), span(' │ ', 'frame')]
  if (state.notice) return fitRow([...left, span(state.notice.text, TONES[state.notice.tone])], width)
  return fitRow([...left, ...hintSpans(state, keymap, width - rowWidth(left))], width)
}

/** As many keys as there is room for; how to get help is the last to go, because it leads to all others. */
function hintSpans(state: State, keymap: Keymap, room: number): Span[] {
  const hints = HINTS.map(([action, label]) => {
    const enabled = ACTIONS[action].disabled?.(state) == null
    return [span(keymap.short(action), enabled ? 'key' : 'dim'), span(` ${label} `, 'dim')]
  })
  while (hints.length > 1 && rowWidth(hints.flat()) > room) hints.splice(-2, 1)
  return hints.flat()
}

/** What the banner says while the server is away; `now` in milliseconds. */
export function bannerText(connection: Connection, now: number): string {
  if (connection.phase !== 'offline') return ''
  const seconds = connection.retryAt === null ? 0 : Math.ceil((connection.retryAt - now) / 1000)
  const when = seconds > 0 ? `next try in ${seconds} s` : 'trying…'
  const unsent = connection.unsent > 0 ? ` · ${connection.unsent} unsent, sent then` : ''
  return ` ✗ Not connected: ${when} · you can go on writing${unsent}`
}

function connectionSpans(state: State): Row {
  const { connection } = state
  if (connection.phase === 'connecting') return [span(' ○ connecting…', 'warning')]
  const unsent = unsentCount(state)
  const waiting = span(` · ↑${unsent} unsent`, unsent > 0 ? 'warning' : 'dim')
  if (connection.phase === 'offline') return [span(' ✗ offline', 'danger'), waiting]
  const latency = connection.latencyMs === null ? '' : ` ${Math.round(connection.latencyMs)}ms`
  return [span(' ● ', 'good'), span(`connected${latency}`, 'dim'), waiting]
}

function unsentCount(state: State): number {
  const sending = Object.values(state.chats)
    .flatMap((chat) => chat.entries.slice(-50))
    .filter((entry) => entry.status === 'sending').length
  return Math.max(sending, state.connection.phase === 'connecting' ? 0 : state.connection.unsent)
}
