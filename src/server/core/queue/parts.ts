import type { CoreContext } from '../context.js'
import type { Announcements } from '../conversations/announcements.js'
import type { Threads } from '../conversations/threads.js'
import type { Views } from '../conversations/views.js'
import type { QueueMoves } from './moves.js'

/** What the queue works with. */
export interface QueueParts {
  readonly context: CoreContext
  readonly threads: Threads
  readonly views: Views
  readonly announcements: Announcements
  readonly moves: QueueMoves
}
