import type { Availability, QueueItem } from '../session/model.js'
import type { State } from '../state/state.js'
import { type Row, rowWidth, type Span, span } from '../text/span.js'
import { clockTime } from '../transcript/time.js'

// From here on a waiting visitor is marked; visitors of live chats leave after some minutes.
const LONG_WAIT_MILLISECONDS = 10 * 60_000

export const AVAILABILITY_MARKS: Readonly<Record<Availability, Span>> = {
  online: span('●', 'good'),
  away: span('○', 'warning'),
  offline: span('✗', 'dim'),
}

/** The first line: where the agent is, who they are, how much there is to do, the time. */
export function headerRow(state: State, width: number): Row {
  const left = where(state)
  const middle = who(state)
  const right = load(state)
  const room = width - rowWidth(left) - rowWidth(right)
  const shown = rowWidth(middle) + 2 <= room ? middle : []
  const before = Math.max(1, Math.floor((room - rowWidth(shown)) / 2))
  const after = Math.max(0, room - rowWidth(shown) - before)
  return [...left, line(before), ...shown, line(after), ...right]
}

/** True when a visitor waits longer than they should. */
export function waitsLong(item: QueueItem, now: number): boolean {
  return now - item.requestedAt >= LONG_WAIT_MILLISECONDS
}

function line(cells: number): Span {
  return span('─'.repeat(Math.max(0, cells)), 'frame')
}

function where(state: State): Row {
  const app = state.identity?.app.name
  const several = (state.identity?.apps.length ?? 0) > 1
  return [
    span(' ReplyHQ ', 'strong'),
    ...(app === undefined
      ? []
      : [span('▸ ', 'frame'), span(app, 'accent'), span(several ? ' ▾F3 ' : ' ', 'dim')]),
  ]
}

function who(state: State): Row {
  if (!state.identity) return []
  return [
    span(` ${state.identity.agent.name} `),
    AVAILABILITY_MARKS[state.availability],
    span(` ${state.availability} `),
  ]
}

function load(state: State): Row {
  const late = state.queue.filter((item) => waitsLong(item, state.now)).length
  return [
    ...(state.identity ? [span(` queue ${state.queueSize} · mine ${state.mine.length}`)] : []),
    ...(late > 0 ? [span(` · ${late} ⚠`, 'warning')] : []),
    span(state.identity ? ' ─' : '', 'frame'),
    span(` ${clockTime(state.now)} `),
  ]
}
