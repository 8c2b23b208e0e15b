import { type SocketEvent, socketEvent } from '../../socket-event.js'
import type { ClientSession } from '../client-face.js'
import { newMessage } from '../new-message.js'
import { conversationRoom } from '../rooms.js'
import { conversation as conversationSchema } from '../schemas/entities.js'
import { clientEvents as inputs } from '../schemas/events.js'
import { conversation } from '../wire.js'
import { done, joined, ok, withMessage } from './acks.js'
import { eventsInConversation, join, messageAck } from './in-conversation.js'

const joinAck = joined(conversationSchema)

/** What visitors send. */
export const clientEvents: readonly SocketEvent[] = [
  socketEvent<ClientSession, (typeof inputs)['conversation:join'], typeof joinAck>({
    name: 'conversation:join',
    summary: 'Follow an own conversation: the newest messages, or what changed since a revision',
    input: inputs['conversation:join'],
    ack: joinAck,
    handle({ core, connection, input }) {
      const watch = (key: number) => connection.join(conversationRoom(key))
      return join(core, connection, connection.session.visitor, input, watch, conversation)
    },
  }),
  socketEvent<ClientSession, (typeof inputs)['conversation:leave'], typeof done>({
    name: 'conversation:leave',
    summary: 'Follow a conversation no longer',
    input: inputs['conversation:leave'],
    ack: done,
    async handle({ core, connection, input }) {
      const { visitor } = connection.session
      const { conversationKey } = await core.conversations.reference(visitor, input.conversation_id)
      connection.leave(conversationRoom(conversationKey))
      return ok
    },
  }),
  socketEvent<ClientSession, (typeof inputs)['message:send'], typeof withMessage>({
    name: 'message:send',
    summary: 'Send a message; the same local_id again gives the first one back',
    input: inputs['message:send'],
    ack: withMessage,
    paced: true,
    async handle({ core, connection, input }) {
      const { visitor } = connection.session
      const { message } = await core.messages.post(visitor, input.conversation_id, newMessage(input))
      return messageAck(core, visitor, message)
    },
  }),
  ...eventsInConversation<ClientSession>(({ visitor }) => visitor),
]
