import type { ConversationRef } from '../events.js'
import type { MessageRow } from '../model.js'
import type { Queries } from '../ports.js'
import { isCustomer, type Principal } from '../principal.js'

/** What of a conversation somebody is shown: to customers neither notes nor what they deleted for themselves. */
export interface Sight {
  notes: boolean
  /** Nothing up to this sequence. */
  after: number
  contactKey: number | null
}

/** What of a conversation this reader is shown; one read for a customer, none for staff. */
export async function sightOf(
  read: Queries,
  principal: Principal,
  { conversationKey }: ConversationRef,
): Promise<Sight> {
  if (!isCustomer(principal)) return { notes: true, after: 0, contactKey: null }
  const contactKey = principal.contact.key
  const own = await read.members.participant(conversationKey, contactKey)
  return { notes: false, after: Math.max(own?.hiddenThrough ?? 0, 0), contactKey }
}

/** Those of the messages that are in sight. */
export async function inSight<Row extends Pick<MessageRow, 'key' | 'sequence' | 'internal'>>(
  read: Queries,
  { notes, after, contactKey }: Sight,
  rows: Row[],
): Promise<Row[]> {
  const later = rows.filter(({ sequence, internal }) =>
    internal ? notes : sequence !== null && sequence > after,
  )
  if (contactKey === null) return later
  const keys = later.map(({ key }) => key)
  const hidden = new Set(await read.members.hidden(keys, contactKey))
  return hidden.size === 0 ? later : later.filter(({ key }) => !hidden.has(key))
}
