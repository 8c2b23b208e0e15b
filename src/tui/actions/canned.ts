import { draftText, EMPTY_DRAFT, insert, replaceBefore } from '../composer/draft.js'
import { wordLeft } from '../composer/motion.js'
import type { CannedReply } from '../session/model.js'
import { currentChat } from '../state/selectors.js'
import type { State } from '../state/state.js'
import { type Desk, notify, openOverlay } from './desk.js'

/** Puts a canned reply at the cursor; without a name offers all of them. */
export async function canned(desk: Desk, name?: string): Promise<void> {
  if (name === undefined) return offer(desk, desk.state.canned)
  const reply = cannedNamed(desk.state, name)
  const chat = currentChat(desk.state)
  if (!reply || !chat) return notify(desk, `There is no canned reply “${name}”`, 'warning')
  desk.dispatch({ type: 'draft', draft: insert(chat.draft, reply.text) })
  desk.dispatch({ type: 'focus', pane: 'composer' })
}

/**
 * Tab after `/name` in the composer: replaces it by the reply, offers several that begin so. False when there is
 * nothing to complete, so that Tab keeps its other meaning.
 */
export function completeCanned(desk: Desk): boolean {
  const chat = currentChat(desk.state)
  if (!chat || desk.state.focus !== 'composer') return false
  const start = wordLeft(chat.draft)
  const word = draftText({ ...chat.draft, graphemes: chat.draft.graphemes.slice(start, chat.draft.cursor) })
  if (!word.startsWith('/') || word.length < 2) return false
  const name = word.slice(1)
  const found = desk.state.canned.filter((reply) => reply.name.startsWith(name))
  const [only] = found
  if (!only) notify(desk, `There is no canned reply “${name}”`, 'warning')
  else if (found.length === 1 || only.name === name) {
    desk.dispatch({ type: 'draft', draft: replaceBefore(chat.draft, start, only.text) })
  } else {
    desk.dispatch({ type: 'draft', draft: replaceBefore(chat.draft, start, '') })
    offer(desk, found)
  }
  return true
}

export function cannedNamed(state: State, name: string): CannedReply | null {
  return state.canned.find((reply) => reply.name === name) ?? null
}

function offer(desk: Desk, replies: readonly CannedReply[]): void {
  const choices = replies.map((reply) => ({
    action: 'canned',
    argument: reply.name,
    label: `/${reply.name}`,
    hint: reply.text.split('\n')[0] ?? '',
  }))
  openOverlay(desk, { kind: 'chooser', title: 'Canned replies', choices, query: EMPTY_DRAFT, selected: 0 })
}
