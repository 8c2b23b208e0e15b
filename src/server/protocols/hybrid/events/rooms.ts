import { type SocketEvent, socketEvent } from '../../socket-event.js'
import { events as inputs } from '../schemas/inputs.js'
import { hear, type MemberSession, mute } from '../session.js'
import { done, ok } from './acks.js'

/** A connection hears all conversations from the start; these leave single ones out, and take them in again. */
export const roomEvents: readonly SocketEvent[] = [
  socketEvent<MemberSession, (typeof inputs)['room:join'], typeof done>({
    name: 'room:join',
    summary: 'Hear a conversation again on this connection',
    input: inputs['room:join'],
    ack: done,
    async handle({ core, connection, input: { conversationId } }) {
      const { member } = connection.session
      const { conversationKey } = await core.conversations.reference(member, conversationId)
      hear(connection, conversationKey)
      // Asked again: who was removed between the two would otherwise listen on.
      try {
        await core.conversations.reference(member, conversationId)
      } catch (error) {
        mute(connection, conversationKey)
        throw error
      }
      return ok
    },
  }),
  socketEvent<MemberSession, (typeof inputs)['room:leave'], typeof done>({
    name: 'room:leave',
    summary: 'Hear a conversation no longer on this connection',
    input: inputs['room:leave'],
    ack: done,
    async handle({ core, connection, input }) {
      const { member } = connection.session
      const { conversationKey } = await core.conversations.reference(member, input.conversationId)
      mute(connection, conversationKey)
      return ok
    },
  }),
]
