import type {
  ConversationEvent,
  ConversationView,
  DomainEvent,
  MessageEvent,
  SessionEvent,
} from '../../src/server/core/events.js'
import type { Conversation, Message } from '../../src/server/core/model.js'

/** An event that carries a text, and for which no order between nodes is kept. */
export const numbered = (text: string, appKey = 1): DomainEvent => ({
  type: 'queue.changed',
  appKey,
  appId: 'app_shop',
  change: 0,
  size: 0,
  added: [],
  removed: [text],
})

/** A visitor's connection from a device. */
export const came = (deviceId: string): SessionEvent => ({
  type: 'session.connected',
  appKey: 1,
  appId: 'app_shop',
  session: { deviceId, contactId: 'con_1', conversationId: null, platform: null, at: 0 },
})

/** What an event of these helpers carries. */
export function textOf(event: DomainEvent): string {
  if (event.type === 'queue.changed') return event.removed.join()
  if (event.type === 'message.created') return `#${event.message.sequence}`
  return event.type
}

/** A new message of a conversation. */
export function created(conversationKey: number, sequence: number): MessageEvent {
  const message: Pick<Message, 'sequence' | 'id'> = { sequence, id: `msg_${sequence}` }
  return {
    type: 'message.created',
    conversation: {
      appKey: 1,
      appId: 'app_shop',
      conversationId: `conv_${conversationKey}`,
      conversationKey,
      contactKey: 1,
      kind: 'support',
    },
    message: message as Message,
  }
}

/** A conversation as it is shown after its message `lastSequence`. */
export function viewed(conversationKey: number, lastSequence: number): ConversationEvent {
  const shown: Pick<Conversation, 'key' | 'lastSequence'> = { key: conversationKey, lastSequence }
  const view: Pick<ConversationView, 'conversation'> = { conversation: shown as Conversation }
  const { conversation } = created(conversationKey, lastSequence)
  return { type: 'conversation.updated', conversation, view: view as ConversationView }
}
