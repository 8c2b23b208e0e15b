import type { ConversationRef, ConversationView, DomainEvent } from '../../core/events.js'
import type { Core } from '../../core/index.js'
import type { Audience, WireEvent } from '../protocol.js'
import { linkOf } from './answers.js'
import { conversationRoom, mutedRoom, userRoom } from './rooms.js'
import { conversation, message } from './wire.js'
import * as wire from './wire-events.js'

/** The contact whom an event is about or for; null: all others in the conversation. */
export type Reader = number | null

/** Who hears of an event: everybody in the conversation, or single users on all their devices. */
export function audience(event: DomainEvent): readonly Audience<Reader>[] {
  switch (event.type) {
    case 'message.created':
    case 'message.updated':
    case 'message.deleted':
    case 'reaction.changed':
      return event.message.internal ? [] : inConversation(event.conversation)
    case 'receipt.moved':
      return inConversation(event.conversation)
    case 'typing':
      return inConversation(event.conversation, event.by.type === 'contact' ? event.by.key : null)
    case 'presence.changed':
      return inAll(event.conversationKeys, event.subject === 'contact' ? event.key : null)
    case 'conversation.created':
      return contactsOf(event.view).map(forUser)
    case 'participant.added':
    case 'participant.removed': {
      const { memberKey } = event.participant
      return [forUser(memberKey), ...inConversation(event.conversation, memberKey)]
    }
    case 'conversation.removed':
      return (event.forContactKey === null ? event.contactKeys : [event.forContactKey]).map(forUser)
    case 'message.hidden':
      return [forUser(event.forContactKey)]
    default:
      return []
  }
}

const forUser = (contactKey: number): Audience<Reader> => ({
  rooms: [userRoom(contactKey)],
  reader: contactKey,
})

/**
 * A support conversation is one user's alone, so all their devices hear it: its first messages may come before
 * `conversation.created`, whose view takes a moment. Nobody is told of what they do themselves.
 */
function inConversation(
  { conversationKey, contactKey, kind }: ConversationRef,
  exceptContactKey: number | null = null,
): readonly Audience<Reader>[] {
  if (kind !== 'support' || contactKey === null) return inAll([conversationKey], exceptContactKey)
  if (contactKey === exceptContactKey) return []
  return [{ rooms: [userRoom(contactKey)], except: [mutedRoom(conversationKey)], reader: null }]
}

function inAll(
  conversationKeys: readonly number[],
  exceptContactKey: number | null,
): readonly Audience<Reader>[] {
  const all = { rooms: conversationKeys.map(conversationRoom), reader: null }
  return [exceptContactKey === null ? all : { ...all, except: [userRoom(exceptContactKey)] }]
}

/** Who writes in a conversation: its participants, or whom it serves. */
export const contactsOf = ({ conversation: { contactKey }, participants }: ConversationView): number[] => [
  ...(contactKey === null ? [] : [contactKey]),
  ...participants.filter(({ type }) => type === 'contact').map(({ memberKey }) => memberKey),
]

/** What those who hear of an event are told. */
export function format(core: Core, event: DomainEvent, reader: Reader): WireEvent | null {
  switch (event.type) {
    case 'message.created':
      return ['message:new', message(event.message, linkOf(core))]
    case 'message.updated':
      return wire.messageUpdated(event.message)
    case 'message.deleted':
      return wire.messageDeleted(event.message)
    case 'message.hidden':
      return wire.messageHidden(event)
    case 'reaction.changed':
      return wire.reactionChanged(event)
    case 'receipt.moved':
      return wire.read(event)
    case 'typing':
      return wire.typing(event, core.clock.now())
    case 'presence.changed':
      return wire.presenceChanged(event)
    case 'conversation.created':
      return reader === null ? null : ['conversation:new', conversation(event.view, reader, linkOf(core))]
    case 'participant.added':
      if (reader === null) return wire.participantMoved('participant:added', event)
      return ['conversation:joined', conversation(event.view, reader, linkOf(core))]
    case 'participant.removed':
      if (reader === null) return wire.participantMoved('participant:removed', event)
      return wire.conversationRemoved(event.conversation.conversationId)
    case 'conversation.removed':
      return wire.conversationRemoved(event.conversation.conversationId)
    default:
      return null
  }
}
