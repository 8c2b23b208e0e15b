import type { DomainEvent } from '../../core/events.js'
import type { Core } from '../../core/index.js'
import { contactsOf } from './broadcast.js'
import { joinAll, leaveAll } from './session.js'

/**
 * After they were told, devices hear a conversation from now on, or hear it no longer. Who deleted one for
 * themselves is in it still: the next message brings it back.
 */
export function observe(core: Core, event: DomainEvent): void {
  switch (event.type) {
    case 'conversation.created':
      joinAll(core, contactsOf(event.view), event.conversation.conversationKey)
      break
    case 'participant.added':
      joinAll(core, [event.participant.memberKey], event.conversation.conversationKey)
      break
    case 'participant.removed':
      leaveAll(core, [event.participant.memberKey], event.conversation.conversationKey)
      break
    case 'conversation.removed':
      if (event.forContactKey === null) leaveAll(core, event.contactKeys, event.conversation.conversationKey)
  }
}
