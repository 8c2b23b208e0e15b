import type { State } from './state/state.js'

const SECOND = 1000
const MINUTE = 60 * SECOND

/**
 * Milliseconds until the screen changes by time alone. Seconds are shown only while somebody has waited less
 * than a minute or the server is away; otherwise once a minute is enough, and an idle screen costs nothing.
 */
export function nextTickIn(state: State): number {
  const minute = MINUTE - (state.now % MINUTE)
  if (!state.identity) return minute
  const ends = [state.notice?.until, ...Object.values(state.chats).map((chat) => chat.typing?.until)].flatMap(
    (until) => (until === undefined ? [] : until - state.now),
  )
  return Math.max(1, Math.min(minute, showsSeconds(state) ? SECOND : minute, ...ends))
}

function showsSeconds(state: State): boolean {
  if (state.connection.phase === 'offline' || state.offers.length > 0) return true
  const recent = (at: number | undefined) => at !== undefined && state.now - at < MINUTE
  return (
    state.queue.some((item) => recent(item.requestedAt)) ||
    state.mine.some((id) => recent(state.chats[id]?.chat.lastMessage?.at))
  )
}
