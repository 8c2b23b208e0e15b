import type { Core } from '../../core/index.js'
import { reactionFact } from '../../core/outbox/facts.js'
import type { Member } from '../../core/principal.js'

/** Adds or takes back an own reaction; gives how many have this emoji on the message now. */
export async function react(
  core: Core,
  member: Member,
  change: 'add' | 'remove',
  messageId: string,
  emoji: string,
) {
  const conversationId = await core.members.locate(member, messageId)
  const message = await core.reactions[change](member, conversationId, messageId, emoji)
  const fact = reactionFact(message, { type: 'contact', ...member.contact }, emoji)
  return { ...fact, userId: member.contact.externalId }
}
