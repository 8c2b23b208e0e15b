import type { DomainEvent } from '../../core/events.js'
import type { Core } from '../../core/index.js'
import type { WireEvent } from '../protocol.js'
import { linkOf } from './answers.js'
import { message, type Reader } from './wire.js'
import * as wire from './wire-events.js'

/** What visitors and staff are told in the same words; null for all other events. */
export function sharedFormat(core: Core, event: DomainEvent, reader: Reader): WireEvent | null {
  switch (event.type) {
    case 'message.created':
      return ['message:new', message(event.message, reader, linkOf(core))]
    case 'message.updated':
      return ['message:updated', message(event.message, reader, linkOf(core))]
    case 'message.deleted':
      return ['message:deleted', wire.messageDeleted(event.message)]
    case 'reaction.changed':
      return ['reaction:changed', wire.reactionChanged(event, reader)]
    case 'receipt.moved':
      return ['message:status', wire.messageStatus(event)]
    case 'typing':
      return wire.typing(event)
    case 'message.delta':
      return ['message:delta', wire.messageDelta(event)]
    default:
      return null
  }
}
