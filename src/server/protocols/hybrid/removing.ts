import type { Core } from '../../core/index.js'
import type { Member } from '../../core/principal.js'

/** Deletes an own message for everyone, or any message for oneself alone. */
export async function removeMessage(
  core: Core,
  member: Member,
  messageId: string,
  scope: 'me' | 'everyone' = 'everyone',
): Promise<void> {
  if (scope === 'me') return core.members.hideMessage(member, messageId)
  const conversationId = await core.members.locate(member, messageId)
  await core.messages.remove(member, conversationId, messageId)
}
