import type { DomainEvent, MessageEvent } from '../../src/server/core/events.js'
import type { Message } from '../../src/server/core/model.js'

/** An event that carries a text, and for which no order between nodes is kept. */
export const numbered = (text: string): DomainEvent => ({
  type: 'session.connected',
  appKey: 1,
  appId: 'app_shop',
  session: { deviceId: text, contactId: 'con_1', conversationId: null, platform: null, at: 0 },
})

/** What an event of these helpers carries. */
export function textOf(event: DomainEvent): string {
  if (event.type === 'session.connected') return event.session.deviceId
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
