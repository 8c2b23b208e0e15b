import type { Keymap } from '../keymap/keymap.js'
import type { Title } from '../presentation/frame.js'
import type { Pane, Rect } from '../presentation/layout.js'
import type { State } from '../state/state.js'
import { type Row, span } from '../text/span.js'

/** One pane of the screen: its title and its content, both pure functions of the state. */
export interface Panel {
  readonly pane: Pane
  title(state: State, focused: boolean): Title
  view(state: State, area: Rect, keymap: Keymap): PanelView
}

/** Rows, and the cursor's cell within the pane if it has one. */
export interface PanelView {
  readonly rows: readonly Row[]
  readonly cursor?: { readonly x: number; readonly y: number } | null
}

/** The style of a title. */
export function titleStyle(focused: boolean): 'frameFocused' | 'title' {
  return focused ? 'frameFocused' : 'title'
}

/** A title with a count. */
export function countedTitle(name: string, count: number, focused: boolean): Title {
  return { left: [span(`${name} (${count})`, titleStyle(focused))] }
}
