import { draftOf, draftText, isBlank } from '../composer/draft.js'
import type { Entry } from '../session/model.js'
import { SessionError } from '../session/session.js'
import { type Desk, notify, sessionOf } from './desk.js'

/**
 * Shows an entry as being sent, and sends it. When a newer message came in meanwhile, that one is shown and the
 * text goes back into the composer; on any other failure the entry stays, marked, to be sent again.
 */
export async function sendEntry(desk: Desk, entry: Entry, expectSequence: number): Promise<void> {
  const localId = entry.localId ?? entry.id
  desk.dispatch({ type: 'entry', entry })
  desk.session?.typing(entry.chatId, false)
  try {
    const stored = await sessionOf(desk).send({
      chatId: entry.chatId,
      localId,
      body: entry.body,
      internal: entry.internal,
      expectSequence,
    })
    desk.dispatch({ type: 'entry', entry: stored })
  } catch (error) {
    if (!(error instanceof SessionError)) throw error
    if (error.latest) return takeBack(desk, entry, localId, error.latest)
    desk.dispatch({ type: 'failed', chatId: entry.chatId, localId })
    notify(desk, `Not sent: ${error.message}`, 'danger')
  }
}

function takeBack(desk: Desk, entry: Entry, localId: string, given: Entry): void {
  const { chatId } = entry
  const latest = { ...given, senderName: nameIn(desk, given) }
  desk.dispatch({ type: 'withdrawn', chatId, localId })
  desk.dispatch({ type: 'entry', entry: latest })
  const written = desk.state.chats[chatId]?.draft
  const text = written && !isBlank(written) ? `${entry.body}\n${draftText(written)}` : entry.body
  desk.dispatch({ type: 'patchChat', chatId, patch: { draft: draftOf(text), anchor: null } })
  notify(desk, `Not sent: ${latest.senderName} wrote meanwhile. Read it, then Enter sends.`, 'warning')
}

/** A visitor without a name is called here as in the lists. */
function nameIn({ state }: Desk, { sender, senderName, chatId }: Entry): string {
  return sender === 'user' ? (state.chats[chatId]?.chat.name ?? senderName) : senderName
}
