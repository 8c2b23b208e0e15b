import type { Entry } from '../session/model.js'
import type { Choice } from '../state/overlay.js'
import { currentChat } from '../state/selectors.js'
import type { ChatState } from '../state/state.js'
import { withoutControls } from '../text/clean.js'
import { authorOf } from '../transcript/rows.js'
import { clockTime } from '../transcript/time.js'
import { type Copied, type Desk, notify } from './desk.js'
import { offerEntries } from './entry-choices.js'

/** Copies a message or what is known of the visitor to the terminal's clipboard; without a word offers them. */
export async function copy(desk: Desk, what?: string): Promise<void> {
  const chat = currentChat(desk.state)
  if (!chat) return
  const written = chat.entries.filter(({ deleted, body }) => !deleted && body !== '')
  if (what === undefined) {
    const entries = [...written].reverse()
    return offerEntries(desk, 'Copy', 'copy', entries, otherChoices(chat))
  }
  const text = textOf(chat, written, what)
  if (text === null) return notify(desk, `There is no ${what} to copy here`, 'warning')
  // Pasted into a shell, a visitor's escape sequence would be as good as typed.
  tell(desk, [...withoutControls(text)].length, desk.host.copy(withoutControls(text)))
}

function textOf({ chat }: ChatState, written: readonly Entry[], what: string): string | null {
  if (what === 'last') return written.findLast(({ sender }) => sender === 'user')?.body ?? null
  if (what === 'all') return written.map(lineOf).join('\n') || null
  if (what === 'mail') return chat.email
  if (what === 'phone') return chat.phone
  if (what === 'id') return chat.id
  return written.find(({ id }) => id === what)?.body ?? null
}

function lineOf(entry: Entry): string {
  return `${clockTime(entry.at)} ${entry.internal ? 'note by ' : ''}${authorOf(entry)}: ${entry.body}`
}

function otherChoices({ chat }: ChatState): Choice[] {
  const others: readonly (readonly [string, string, string | null])[] = [
    ['mail', 'E-mail address', chat.email],
    ['phone', 'Phone number', chat.phone],
    ['id', 'Number of the conversation', chat.id],
    ['all', 'Everything that is loaded', ''],
  ]
  return others.flatMap(([argument, label, hint]) =>
    hint === null ? [] : [{ action: 'copy', argument, label, hint }],
  )
}

function tell(desk: Desk, length: number, copied: Copied | null): void {
  if (copied === null) notify(desk, 'There is no terminal here whose clipboard could take it', 'warning')
  else notify(desk, `Handed ${amountOf(copied, length)} to the terminal’s clipboard${copied.remark}`, 'good')
}

function amountOf({ characters }: Copied, length: number): string {
  if (characters < length) return `the first ${characters} of ${length} characters, all that terminals take,`
  return `${characters} ${characters === 1 ? 'character' : 'characters'}`
}
