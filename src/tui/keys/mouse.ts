import type { Desk } from '../actions/desk.js'
import { scroll } from '../actions/read.js'
import { paneAt } from '../presentation/layout.js'
import { firstVisible } from '../presentation/lists.js'
import type { ListName } from '../state/change.js'
import { layoutFor, ownChats } from '../state/selectors.js'
import type { InputEvent } from '../terminal/decoder.js'

type MouseEvent = Extract<InputEvent, { type: 'mouse' }>
const WHEEL_ROWS = 3

/** A click focuses a pane and chooses in a list; a click on what is chosen opens it; the wheel scrolls. */
export async function mouse(desk: Desk, event: MouseEvent): Promise<void> {
  const pane = paneAt(layoutFor(desk.state), event.x, event.y)
  if (!pane || desk.state.overlay || event.action === 'release') return
  const isList = pane === 'queue' || pane === 'mine' || pane === 'team'
  if (event.action !== 'press') {
    const direction = event.action === 'wheelUp' ? 1 : -1
    if (!isList) return scroll(desk, direction * WHEEL_ROWS)
    return desk.dispatch({ type: 'select', list: pane, index: desk.state.selected[pane] - direction })
  }
  desk.dispatch({ type: 'focus', pane })
  if (isList) await clickList(desk, pane, event.y)
}

async function clickList(desk: Desk, list: ListName, y: number): Promise<void> {
  const area = layoutFor(desk.state).panes[list]
  if (!area) return
  const index = firstVisible(desk.state, list, area) + y - area.top
  if (index >= lengthOf(desk, list)) return
  desk.dispatch({ type: 'select', list, index })
  if (list !== 'team') await desk.perform('view')
}

function lengthOf(desk: Desk, list: ListName): number {
  return list === 'mine' ? ownChats(desk.state).length : desk.state[list].length
}
