import type { Message } from '../types/wire.js'

// A note stands behind the message that was the last when it was written, before the one that followed.
const place = ({ sequence, after_sequence: after }: Message) => sequence ?? after + 0.5

/** Whether the first message stands before the second in their conversation. */
export function placeBefore(first: Message, second: Message): boolean {
  if (place(first) !== place(second)) return place(first) < place(second)
  if (first.created_at !== second.created_at) return first.created_at < second.created_at
  // Ids sort by time.
  return first.id < second.id
}
