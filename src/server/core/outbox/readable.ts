import { may } from '../permissions.js'
import type { Queries } from '../ports.js'
import type { Staff } from '../principal.js'
import type { OutboxEvent } from './model.js'

/**
 * Those of the events that somebody may read. Who may add webhooks gets everything; all others nothing of what
 * members write to each other, nor of a conversation that is gone and cannot be told from theirs any more.
 */
export async function readable(read: Queries, staff: Staff, events: OutboxEvent[]): Promise<OutboxEvent[]> {
  if (may(staff, 'app.manage')) return events
  const keys = [...new Set(events.flatMap(({ conversationKey: key }) => (key === null ? [] : [key])))]
  const found = keys.length === 0 ? [] : await read.conversations.byKeys(keys)
  const support = new Set(found.filter(({ kind }) => kind === 'support').map(({ id }) => id))
  return events.filter((event) => event.conversationKey === null || support.has(conversationOf(event)))
}

// The id decides, because SQLite gives the key of a conversation that was deleted to another.
const conversationOf = ({ data }: OutboxEvent): string => String(data.conversationId ?? data.id)
