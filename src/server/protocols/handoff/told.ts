import type { ConversationView } from '../../core/events.js'
import type { Core } from '../../core/index.js'
import type { WireEvent } from '../protocol.js'
import { statusEvent } from './wire.js'

// A tag or a subject also changes a conversation; customers hear only when their status does. What they were told
// last is remembered for each core, because tests run several in one process.
const remembered = 10_000
const told = new WeakMap<Core, Map<number, string>>()

/** What customers are to be told of a conversation now; null when they know it. */
export function changedStatus(core: Core, view: ConversationView): WireEvent | null {
  const before = told.get(core)?.get(view.conversation.key)
  const event = tellStatus(core, view)
  return before === JSON.stringify(event) ? null : event
}

/** The same for one who has just come, and knows nothing. */
export function tellStatus(core: Core, view: ConversationView): WireEvent {
  const known = told.get(core) ?? new Map<number, string>()
  told.set(core, known)
  if (known.size >= remembered) known.clear()
  const event = statusEvent(view)
  known.set(view.conversation.key, JSON.stringify(event))
  return event
}
