import type { Core } from '../../core/index.js'
import type { Synced } from '../../core/members/sync.js'
import type { Message } from '../../core/model.js'
import type { Member } from '../../core/principal.js'
import type { WireEvent } from '../protocol.js'
import { linkOf } from './answers.js'
import type { MemberConnection } from './session.js'
import { message } from './wire.js'
import { messageDeleted, messageUpdated } from './wire-events.js'

/** What a client has missed since the last message that it has: new messages, and older ones that were changed. */
export const missed = (
  core: Core,
  member: Member,
  conversationId: string,
  lastMessageId: string,
): Promise<Synced> => core.members.sync(member, conversationId, lastMessageId, core.limits.pageSizeMaximum)

/**
 * Tells it as events, also what the next pages hold: who asked for no ack could not ask for them. Past the bound for
 * changes a client is better off to load afresh.
 */
export async function bringUpToDate(
  core: Core,
  connection: MemberConnection,
  conversationId: string,
  first: Synced,
): Promise<void> {
  let left = core.limits.changeBound
  for (let found = first; ; ) {
    for (const entry of found.messages) connection.emit(asEvent(core, entry, first.lastSequence))
    left -= found.messages.length
    const last = found.messages.at(-1)
    if (!found.hasMore || last === undefined || left <= 0 || !connection.alive) return
    found = await missed(core, connection.session.member, conversationId, last.id)
  }
}

function asEvent(core: Core, entry: Message, lastSequence: number): WireEvent {
  if ((entry.sequence ?? 0) > lastSequence) return ['message:new', message(entry, linkOf(core))]
  return entry.deletedAt === null ? messageUpdated(entry) : messageDeleted(entry)
}
