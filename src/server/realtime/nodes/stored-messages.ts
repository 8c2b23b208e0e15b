import { complete } from '../../core/conversations/views.js'
import type { ConversationRef } from '../../core/events.js'
import type { Message } from '../../core/model.js'
import type { Store } from '../../core/ports.js'

/** Past so many a client is better off to load afresh. */
const most = 300
/** Clocks of nodes may differ, and a message is older than its event. */
const marginMs = 10_000

/** Where the messages that are missing stand: behind a sequence, or created since a time, and before a sequence. */
export type Missing = { readonly before: number } & ({ readonly after: number } | { readonly since: number })

/** Reads messages whose events did not come, ascending. Null: they are too many. */
export type ReadMissing = (conversation: ConversationRef, missing: Missing) => Promise<Message[] | null>

export const readMissingFrom =
  ({ read }: Pick<Store, 'read'>): ReadMissing =>
  async ({ conversationId, conversationKey }, missing) => {
    const through = missing.before - 1
    const after =
      'after' in missing ? missing.after : await lastBefore(read, conversationKey, missing.since, through)
    if (through - after > most) return null
    const rows = await read.messages.range(conversationKey, after, through, false)
    return complete(read, conversationId, conversationKey, rows)
  }

/** One read where the last message is older, as it mostly is. */
async function lastBefore(
  { messages }: Store['read'],
  conversationKey: number,
  since: number,
  through: number,
): Promise<number> {
  const [last] = await messages.before(conversationKey, through + 1, 1)
  if (last === undefined || last.createdAt < since - marginMs) return through
  return messages.sequenceAt(conversationKey, through, since - marginMs)
}
