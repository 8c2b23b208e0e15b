import type { ConversationView } from '../events.js'
import { seenThrough } from './participation.js'

/** How many messages the contact has not read: the same effort at any length of the history. */
export function unreadOf(view: ConversationView, contactKey: number): number {
  const { conversation, participants, unread } = view
  if (conversation.kind === 'support') return unread.contact
  const own = participants.find(({ memberKey }) => memberKey === contactKey)
  return own === undefined ? 0 : Math.max(0, conversation.lastSequence - seenThrough(own))
}
