import type { CoreContext } from '../context.js'

/** A member is seen by those of this many conversations, the newest. */
const toldConversations = 1_000

/** Keys of the open conversations that an agent serves. */
export async function assignedKeys(
  context: CoreContext,
  appKey: number,
  agentKey: number,
): Promise<number[]> {
  const filter = { status: 'open', assigneeKey: agentKey } as const
  const rows = await context.store.read.conversations.list(appKey, filter, { limit: 200 })
  return rows.map(({ key }) => key)
}

/** Keys of the direct and group conversations that a member is in. */
export async function joinedKeys({ store }: CoreContext, contactKey: number): Promise<number[]> {
  const joined = await store.read.members.joined(contactKey, toldConversations)
  return joined.map(({ key }) => key)
}
