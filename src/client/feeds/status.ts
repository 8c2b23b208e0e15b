import type { ReadCursor } from '../types/feeds.js'
import type { Message } from '../types/wire.js'

type Status = Message['status']
const rank: Readonly<Record<Status, number>> = { SENT: 0, DELIVERED: 1, READ: 2 }

/** Receipts only go forward, in whatever order they arrive. */
export function furtherStatus(first: Status, second: Status): Status {
  return rank[first] >= rank[second] ? first : second
}

/** The status of a message under the cursor of the other side. */
export function statusUnder(sequence: number, { read, delivered }: ReadCursor): Status {
  if (sequence <= read) return 'READ'
  return sequence <= delivered ? 'DELIVERED' : 'SENT'
}

/** Cursors never go back, and who has read something has received it. */
export function furtherCursor(cursor: ReadCursor, status: 'DELIVERED' | 'READ', upTo: number): ReadCursor {
  return {
    delivered: Math.max(cursor.delivered, upTo),
    read: status === 'READ' ? Math.max(cursor.read, upTo) : cursor.read,
  }
}
