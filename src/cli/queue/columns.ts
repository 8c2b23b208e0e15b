import type { QueueEntry } from '../../client/index.js'
import { shortDuration } from '../format.js'
import type { Column } from '../output.js'

/** Who waits, as a table shows it. */
export const queueColumns: readonly Column<QueueEntry>[] = [
  { title: '#', text: (row) => row.position },
  { title: 'conversation', text: (row) => row.conversation_id },
  { title: 'visitor', text: (row) => row.user?.name ?? row.user?.email ?? row.visitor_id },
  { title: 'priority', text: (row) => row.priority },
  { title: 'waits', text: (row) => shortDuration(row.waiting_seconds) },
  { title: 'expected', text: (row) => shortDuration(row.eta_seconds) },
  { title: 'reason', text: (row) => row.reason },
]
