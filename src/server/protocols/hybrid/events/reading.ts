import { type SocketEvent, socketEvent } from '../../socket-event.js'
import { linkOf } from '../answers.js'
import { readConversation, readMessage } from '../reading.js'
import { events as inputs } from '../schemas/inputs.js'
import type { MemberSession } from '../session.js'
import { bringUpToDate, missed } from '../syncing.js'
import { message } from '../wire.js'
import { ok, synced, withCount } from './acks.js'

/** Having read, and catching up on what was missed. */
export const readingEvents: readonly SocketEvent[] = [
  socketEvent<MemberSession, (typeof inputs)['message:read'], typeof withCount>({
    name: 'message:read',
    summary: 'A message was read, and with it all before it',
    input: inputs['message:read'],
    ack: withCount,
    async handle({ core, connection, input }) {
      return { ...ok, updated: await readMessage(core, connection.session.member, input.messageId) }
    },
  }),
  socketEvent<MemberSession, (typeof inputs)['conversation:read'], typeof withCount>({
    name: 'conversation:read',
    summary: 'A conversation was read, as a whole or up to a message',
    input: inputs['conversation:read'],
    ack: withCount,
    async handle({ core, connection, input }) {
      const { conversationId, upToMessageId } = input
      const { member } = connection.session
      return { ...ok, updated: await readConversation(core, member, conversationId, upToMessageId) }
    },
  }),
  socketEvent<MemberSession, (typeof inputs)['messages:sync'], typeof synced>({
    name: 'messages:sync',
    summary:
      'What came after a message, and older ones that were changed since; without an ack as message:new, ' +
      'message:updated and message:deleted. hasMore: ask again from the last one',
    input: inputs['messages:sync'],
    ack: synced,
    async handle({ core, connection, input, acknowledged }) {
      const { member } = connection.session
      const found = await missed(core, member, input.conversationId, input.lastMessageId)
      if (!acknowledged) await bringUpToDate(core, connection, input.conversationId, found)
      return { messages: found.messages.map((one) => message(one, linkOf(core))), hasMore: found.hasMore }
    },
  }),
]
