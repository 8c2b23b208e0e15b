import type { Core } from '../../core/index.js'
import type { Member } from '../../core/principal.js'

/** All up to a message was read; gives how many messages became read. */
export async function readMessage(core: Core, member: Member, messageId: string): Promise<number> {
  const conversationId = await core.members.locate(member, messageId)
  return core.receipts.move(member, conversationId, { messageId })
}

/** The same for a conversation as a whole, or up to a message of it. */
export const readConversation = (
  core: Core,
  member: Member,
  conversationId: string,
  upToMessageId: string | undefined,
): Promise<number> =>
  core.receipts.move(
    member,
    conversationId,
    upToMessageId === undefined
      ? { read: Number.POSITIVE_INFINITY, whole: true }
      : { messageId: upToMessageId, whole: true },
  )
