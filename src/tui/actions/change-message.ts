import { draftOf, isBlank } from '../composer/draft.js'
import type { Entry } from '../session/model.js'
import { currentChat, deletableEntries, editableEntries } from '../state/selectors.js'
import type { ChatState } from '../state/state.js'
import { isUnstored } from '../transcript/entries.js'
import { excerpt } from '../transcript/excerpt.js'
import { type Desk, notify, openOverlay, sessionOf } from './desk.js'
import { offerEntries } from './entry-choices.js'

/** Brings a message back into the composer; with a text changes the newest one of the agent's own at once. */
export async function edit(desk: Desk, argument?: string): Promise<void> {
  const entries = editableEntries(desk.state)
  const [newest] = entries
  if (!newest) return
  if (argument === undefined && entries.length > 1) {
    return offerEntries(desk, 'Change which message?', 'edit', entries)
  }
  const chosen = entries.find(({ id }) => id === argument)
  if (argument === undefined || chosen) return begin(desk, chosen ?? newest)
  const own = entries.find(({ senderId }) => senderId === desk.state.identity?.agent.id)
  if (own) await store(desk, own, argument)
}

/** Enter while a message is being changed. */
export async function saveEdit(
  desk: Desk,
  { chat, editing, entries }: ChatState,
  text: string,
): Promise<void> {
  const entry = entries.find(({ id }) => id === editing?.entryId)
  if (!entry) return endEdit(desk)
  await store(desk, entry, text)
  // The agent may be in another chat by the time that the answer comes.
  endEdit(desk, chat.id)
}

/** The composer as it was before a message was changed. */
export function endEdit(desk: Desk, chatId = desk.state.currentId ?? ''): void {
  const held = desk.state.chats[chatId]?.editing?.held
  if (held) desk.dispatch({ type: 'patchChat', chatId, patch: { draft: held, editing: null } })
}

/** Takes a message back, after a question; what could not be sent is given up. */
export async function remove(desk: Desk, argument?: string): Promise<void> {
  const entries = deletableEntries(desk.state)
  if (argument === undefined && entries.length > 1) {
    return offerEntries(desk, 'Delete which message?', 'remove', entries)
  }
  const [, answer, id] = /^(yes )?(.*)$/.exec(argument ?? entries[0]?.id ?? '') ?? []
  const entry = entries.find((candidate) => candidate.id === id)
  if (!entry) return notify(desk, 'This message cannot be deleted', 'warning')
  if (answer === undefined) return ask(desk, entry)
  if (isUnstored(entry)) {
    desk.session?.discard(entry.localId ?? entry.id)
    desk.dispatch({ type: 'withdrawn', chatId: entry.chatId, localId: entry.localId ?? entry.id })
  } else desk.dispatch({ type: 'entry', entry: await sessionOf(desk).remove(entry.chatId, entry.id) })
  notify(desk, 'The message is deleted', 'good')
}

function begin(desk: Desk, entry: Entry): void {
  const chat = currentChat(desk.state)
  if (!chat) return
  // As in any line, a slash at the beginning is written twice.
  const text = entry.body.startsWith('/') ? `/${entry.body}` : entry.body
  const editing = { entryId: entry.id, held: chat.editing?.held ?? chat.draft }
  desk.dispatch({ type: 'patchChat', chatId: entry.chatId, patch: { draft: draftOf(text), editing } })
  desk.dispatch({ type: 'focus', pane: 'composer' })
}

async function store(desk: Desk, entry: Entry, text: string): Promise<void> {
  if (isBlank(draftOf(text)))
    return notify(desk, 'Nothing is left of the message: /delete takes it back', 'warning')
  if (text === entry.body) return notify(desk, 'The message stays as it was')
  desk.dispatch({ type: 'entry', entry: await sessionOf(desk).edit(entry.chatId, entry.id, text) })
  notify(desk, 'The message is changed', 'good')
}

function ask(desk: Desk, entry: Entry): void {
  const seen = isUnstored(entry)
    ? 'It was never sent.'
    : entry.internal
      ? 'The team sees that a note was deleted.'
      : 'The visitor sees that a message was deleted.'
  openOverlay(desk, {
    kind: 'question',
    title: 'Delete',
    lines: [`Delete “${excerpt(entry.body)}”?`, seen],
    yes: { action: 'remove', argument: `yes ${entry.id}` },
  })
}
