import { EMPTY_DRAFT } from '../composer/draft.js'
import type { Choice } from '../state/overlay.js'
import { currentChat } from '../state/selectors.js'
import { type Desk, notify, openOverlay, sessionOf } from './desk.js'

/** Puts a tag on the open chat; without a name offers those of the app, and to write a new one. */
export async function tag(desk: Desk, name?: string): Promise<void> {
  const chat = currentChat(desk.state)?.chat
  if (!chat) return
  if (name === undefined) return offerTags(desk, chat.tags)
  if (name === NEW_TAG) return askTag(desk)
  if (chat.tags.includes(name)) return notify(desk, `${chat.name} has the tag “${name}” already`)
  desk.dispatch({ type: 'chat', chat: await sessionOf(desk).addTag(chat.id, name) })
  notify(desk, `${chat.name} has the tag “${name}” now`, 'good')
}

/** Takes a tag off the open chat; without a name offers those that it has. */
export async function untag(desk: Desk, name?: string): Promise<void> {
  const chat = currentChat(desk.state)?.chat
  if (!chat) return
  if (name === undefined) {
    const choices = chat.tags.map((own) => ({ action: 'untag', argument: own, label: own, hint: '' }))
    return openOverlay(desk, { kind: 'chooser', title: 'Take off', choices, query: EMPTY_DRAFT, selected: 0 })
  }
  if (!chat.tags.includes(name)) return notify(desk, `${chat.name} has no tag “${name}”`, 'warning')
  desk.dispatch({ type: 'chat', chat: await sessionOf(desk).removeTag(chat.id, name) })
  notify(desk, `The tag “${name}” is off`, 'good')
}

// Longer than any tag may be, so that none is called like it.
const NEW_TAG = 'new'.repeat(30)

async function offerTags(desk: Desk, own: readonly string[]): Promise<void> {
  const known = (await sessionOf(desk).tags()).filter((used) => !own.includes(used.tag))
  if (known.length === 0) return askTag(desk)
  const choices: Choice[] = known.map((used) => ({
    action: 'tag',
    argument: used.tag,
    label: used.tag,
    hint: `${used.count} ${used.count === 1 ? 'chat' : 'chats'}`,
  }))
  const fresh = { action: 'tag', argument: NEW_TAG, label: 'A new tag…', hint: '/tag <name>' }
  openOverlay(desk, {
    kind: 'chooser',
    title: 'Tag',
    choices: [...choices, fresh],
    query: EMPTY_DRAFT,
    selected: 0,
  })
}

function askTag(desk: Desk): void {
  openOverlay(desk, { kind: 'prompt', title: 'A new tag', draft: EMPTY_DRAFT, action: 'tag' })
}
