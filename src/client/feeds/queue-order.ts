import type { QueueItem } from '../types/feeds.js'
import type { QueueEntry } from '../types/wire.js'

const rank = { high: 0, normal: 1, low: 2 } as const

/** Whether the first is served before the second. */
function servedBefore(first: QueueItem, second: QueueItem): boolean {
  if (first.priority !== second.priority) return rank[first.priority] < rank[second.priority]
  return first.requested_at <= second.requested_at
}

/** The items with one more, in the order of service. */
export function inserted(items: readonly QueueItem[], item: QueueItem): QueueItem[] {
  const index = items.findIndex((other) => !servedBefore(other, item))
  return index < 0 ? [...items, item] : items.toSpliced(index, 0, item)
}

export function itemOf(entry: QueueEntry): QueueItem {
  const { conversation_id, priority, reason, requested_at } = entry
  return {
    conversation_id,
    priority,
    reason,
    requested_at,
    visitor_name: entry.user?.name ?? null,
    details: entry,
  }
}
