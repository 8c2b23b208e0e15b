import type { SocketEvent } from '../../socket-event.js'
import { type AdminSession, staffOf } from '../admin-session.js'
import { eventsInConversation } from './in-conversation.js'
import { moveEvents } from './moving.js'
import { watchEvents } from './watching.js'

/** What agents and servers send. */
export const adminEvents: readonly SocketEvent[] = [
  ...watchEvents,
  ...moveEvents,
  ...eventsInConversation<AdminSession>(staffOf),
]
