import type { Desk } from '../actions/desk.js'
import type { Draft } from '../composer/draft.js'
import { newer, older } from '../composer/history.js'
import { edit } from '../composer/keys.js'
import { moveRow } from '../composer/layout.js'
import { composerWidth } from '../presentation/layout.js'
import type { Change } from '../state/change.js'
import { currentChat, layoutFor } from '../state/selectors.js'
import type { ChatState } from '../state/state.js'
import type { Key } from '../terminal/key.js'

/** Edits the draft. Up and down move within it, and at its edge through what was sent before. */
export function composerKey(desk: Desk, key: Key): void {
  const chat = currentChat(desk.state)
  if (!chat) return
  const isVertical = key.name === 'up' || key.name === 'down'
  const step = isVertical ? vertical(desk, chat, key.name) : plain(edit(chat.draft, key))
  if (step) desk.dispatch({ type: 'draft', ...step })
}

type Step = Omit<Extract<Change, { type: 'draft' }>, 'type'>

function plain(draft: Draft | null): Step | null {
  return draft && { draft }
}

function vertical(desk: Desk, { draft }: ChatState, direction: string): Step | null {
  const area = layoutFor(desk.state).panes.composer
  const moved = area && moveRow(draft, composerWidth(area), direction === 'up' ? -1 : 1)
  if (moved) return { draft: moved }
  return direction === 'up' ? older(desk.state.history, draft) : newer(desk.state.history, draft)
}
