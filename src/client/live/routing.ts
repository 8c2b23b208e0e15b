import type { LiveConversationFeed } from '../feeds/conversation-feed.js'
import type { Side } from '../types/live.js'
import type { ClientPushes, Message } from '../types/wire.js'
import type { Link } from './link.js'

/** Brings what the server sends about a conversation to its feed. */
export function routeEvents<Of extends Side>(
  link: Link,
  feedOf: (conversationId: string) => LiveConversationFeed<Of> | undefined,
): void {
  const message = (payload: Message) => feedOf(payload.conversation_id)?.message(payload)
  // Both carry the whole message: which of them it is, its id and revision tell.
  link.on('message:new', message)
  link.on('message:updated', message)
  link.on('message:deleted', (payload: ClientPushes['message:deleted']) =>
    feedOf(payload.conversation_id)?.deleted(payload),
  )
  link.on('message:status', (payload: ClientPushes['message:status']) =>
    feedOf(payload.conversation_id)?.status(payload),
  )
  link.on('reaction:changed', (payload: ClientPushes['reaction:changed']) =>
    feedOf(payload.conversation_id)?.reactions(payload),
  )
  link.on('message:delta', (payload: ClientPushes['message:delta']) =>
    feedOf(payload.conversation_id)?.delta(payload),
  )
  link.on('conversation:updated', (payload: Of['conversation']) => feedOf(payload.id)?.updated(payload))
  link.on('user:typing', ({ conversation_id, visitor_id, is_typing }: ClientPushes['user:typing']) =>
    feedOf(conversation_id)?.typed({ side: 'user', id: visitor_id, name: null }, is_typing),
  )
  link.on('agent:typing', ({ conversation_id, agent, is_typing }: ClientPushes['agent:typing']) =>
    feedOf(conversation_id)?.typed({ side: 'agent', ...agent }, is_typing),
  )
}
