import { focusOrder } from '../presentation/layout.js'
import type { ListName } from '../state/change.js'
import { layoutFor, waitingChats } from '../state/selectors.js'
import { completeCanned } from './canned.js'
import { type Desk, notify } from './desk.js'
import { scroll } from './read.js'
import { showChat } from './show.js'

/** The pane after (1) or before (-1) the focused one; Tab behind `/name` completes instead. */
export async function movePane(desk: Desk, by: 1 | -1): Promise<void> {
  if (by === 1 && completeCanned(desk)) return
  const panes = focusOrder(layoutFor(desk.state))
  const index = panes.indexOf(desk.state.focus)
  const pane = panes[(index + by + panes.length) % panes.length]
  if (pane) desk.dispatch({ type: 'focus', pane })
}

/** Up (-1) or down (1) in a list, or by a row in the transcript. */
export async function moveSelection(desk: Desk, by: 1 | -1): Promise<void> {
  const { focus, selected } = desk.state
  if (isList(focus)) desk.dispatch({ type: 'select', list: focus, index: selected[focus] + by })
  else await scroll(desk, -by)
}

/** The agent's next or previous chat; the ends meet. */
export async function moveChat(desk: Desk, by: 1 | -1): Promise<void> {
  const { mine, currentId } = desk.state
  const index = mine.indexOf(currentId ?? '')
  const start = index < 0 ? (by === 1 ? -1 : 0) : index
  await showChat(desk, mine[(start + by + mine.length) % mine.length] ?? null)
}

/** The chat whose visitor waits longest, other than the open one. */
export async function nextWaiting(desk: Desk): Promise<void> {
  const next = waitingChats(desk.state).find(({ chat }) => chat.id !== desk.state.currentId)
  if (!next) return notify(desk, 'Nobody else waits for you', 'good')
  await showChat(desk, next.chat.id)
}

export async function lastChat(desk: Desk): Promise<void> {
  if (desk.state.previousId) await showChat(desk, desk.state.previousId)
}

function isList(pane: string): pane is ListName {
  return pane === 'queue' || pane === 'mine' || pane === 'team'
}
