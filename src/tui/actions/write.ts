import { draftLength, draftOf, draftText, EMPTY_DRAFT, insert, isBlank } from '../composer/draft.js'
import { remember } from '../composer/history.js'
import { chatTakesReply } from '../keymap/reasons.js'
import { LONGEST_MESSAGE } from '../presentation/composer.js'
import type { Entry } from '../session/model.js'
import { currentChat } from '../state/selectors.js'
import type { ChatState } from '../state/state.js'
import { lastSequenceOf } from '../transcript/entries.js'
import { saveEdit } from './change-message.js'
import { command } from './command.js'
import { type Desk, notify } from './desk.js'
import { sendEntry } from './send.js'

/** Enter in the composer: a command, a canned reply by its name, a note, or a message. */
export async function send(desk: Desk): Promise<void> {
  const chat = currentChat(desk.state)
  if (!chat) return
  if (isBlank(chat.draft) && chat.editing === null) return retry(desk)
  const written = draftText(chat.draft)
  if (written.startsWith('/') && !written.startsWith('//')) return command(desk, written)
  const text = written.startsWith('//') ? written.slice(1) : written
  if (chat.editing === null) await post(desk, chat, text)
  else if (fits(desk, text)) await saveEdit(desk, chat, text)
}

/** Sends again what failed in the open chat, when the agent asks for it. */
export async function sendAgain(desk: Desk): Promise<void> {
  const failed = currentChat(desk.state)?.entries.some((entry) => entry.status === 'failed')
  if (failed) await retry(desk)
  else notify(desk, 'Nothing here failed to be sent')
}

async function retry(desk: Desk): Promise<void> {
  const chat = currentChat(desk.state)
  const failed = chat?.entries.filter((entry) => entry.status === 'failed') ?? []
  for (const entry of failed)
    await sendEntry(desk, { ...entry, status: 'sending' }, lastSequenceOf(chat?.entries ?? []))
}

/** Goes to and from the private note; with a text writes one at once. */
export async function note(desk: Desk, text?: string): Promise<void> {
  const chat = currentChat(desk.state)
  if (!chat) return
  if (text) return post(desk, { ...chat, mode: 'note' }, text)
  const mode = chat.mode === 'note' ? 'reply' : 'note'
  desk.dispatch({ type: 'patchChat', chatId: chat.chat.id, patch: { mode } })
  desk.dispatch({ type: 'focus', pane: 'composer' })
}

/** Lets the agent write the draft in their editor. */
export async function editInEditor(desk: Desk): Promise<void> {
  const chat = currentChat(desk.state)
  if (!chat) return
  const text = await desk.host.edit(draftText(chat.draft))
  if (text === null) return
  const draft = draftOf(text.replace(/\n+$/, ''))
  desk.dispatch({ type: 'patchChat', chatId: chat.chat.id, patch: { draft } })
}

/** Puts pasted text at the cursor. */
export function paste(desk: Desk, text = ''): void {
  const chat = currentChat(desk.state)
  if (chat) desk.dispatch({ type: 'draft', draft: insert(chat.draft, text) })
}

async function post(desk: Desk, chat: ChatState, body: string): Promise<void> {
  const internal = chat.mode === 'note'
  const reason = internal ? null : chatTakesReply(desk.state)
  if (reason !== null) return notify(desk, reason, 'warning')
  if (!fits(desk, body)) return
  const chatId = chat.chat.id
  desk.dispatch({ type: 'draft', draft: EMPTY_DRAFT, history: remember(desk.state.history, body) })
  desk.dispatch({ type: 'patchChat', chatId, patch: { mode: 'reply', anchor: null, firstUnreadId: null } })
  await sendEntry(desk, outgoing(desk, chat, body, internal), lastSequenceOf(chat.entries))
}

function fits(desk: Desk, body: string): boolean {
  if (draftLength(draftOf(body)) <= LONGEST_MESSAGE) return true
  notify(desk, `The message is longer than ${LONGEST_MESSAGE} characters: split it`, 'warning')
  return false
}

function outgoing(desk: Desk, chat: ChatState, body: string, internal: boolean): Entry {
  const localId = desk.newId()
  return {
    id: localId,
    localId,
    chatId: chat.chat.id,
    sequence: null,
    afterSequence: lastSequenceOf(chat.entries),
    revision: 0,
    sender: 'agent',
    senderId: desk.state.identity?.agent.id ?? null,
    senderName: desk.state.identity?.agent.name ?? '',
    body,
    attachments: [],
    reactions: [],
    status: 'sending',
    internal,
    at: desk.now(),
    edited: false,
    deleted: false,
  }
}
