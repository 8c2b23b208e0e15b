import type { BotIntake } from '../bot/intake.js'
import type { CoreContext } from '../context.js'
import type { Announcements } from '../conversations/announcements.js'
import type { Threads } from '../conversations/threads.js'
import type { Outbox } from '../outbox/outbox.js'
import type { QueueMoves } from '../queue/moves.js'
import type { Rounds } from './rounds.js'

/** What the life of a conversation works with. */
export interface LifecycleParts {
  readonly context: CoreContext
  readonly threads: Threads
  readonly moves: QueueMoves
  readonly announcements: Announcements
  readonly intake: BotIntake
  readonly outbox: Outbox
  readonly rounds: Rounds
}
