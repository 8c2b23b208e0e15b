import { type SocketEvent, socketEvent } from '../../socket-event.js'
import { linkOf } from '../answers.js'
import { newMessage } from '../new-message.js'
import { react } from '../reacting.js'
import { removeMessage } from '../removing.js'
import { events as inputs } from '../schemas/inputs.js'
import type { MemberSession } from '../session.js'
import { message } from '../wire.js'
import { done, ok, withMessage, withReaction } from './acks.js'

const reaction = (name: 'reaction:add' | 'reaction:remove', change: 'add' | 'remove', summary: string) =>
  socketEvent<MemberSession, (typeof inputs)[typeof name], typeof withReaction>({
    name,
    summary,
    input: inputs[name],
    ack: withReaction,
    async handle({ core, connection, input: { messageId, emoji } }) {
      const { totalCount } = await react(core, connection.session.member, change, messageId, emoji)
      return { ...ok, messageId, emoji, totalCount }
    },
  })

/** Writing, changing and taking back messages, and reacting to them. */
export const messageEvents: readonly SocketEvent[] = [
  socketEvent<MemberSession, (typeof inputs)['message:send'], typeof withMessage>({
    name: 'message:send',
    summary: 'Send a message; all in the conversation get message:new, the sender’s devices, too',
    input: inputs['message:send'],
    ack: withMessage,
    paced: true,
    async handle({ core, connection, input }) {
      const { member } = connection.session
      const posted = await core.messages.post(member, input.conversationId, newMessage(input))
      return { ...ok, message: message(posted.message, linkOf(core)) }
    },
  }),
  socketEvent<MemberSession, (typeof inputs)['message:edit'], typeof withMessage>({
    name: 'message:edit',
    summary: 'Change an own message: message:updated',
    input: inputs['message:edit'],
    ack: withMessage,
    async handle({ core, connection, input: { messageId, content } }) {
      const { member } = connection.session
      const conversationId = await core.members.locate(member, messageId)
      const edited = await core.messages.edit(member, conversationId, messageId, content)
      return { ...ok, message: message(edited, linkOf(core)) }
    },
  }),
  socketEvent<MemberSession, (typeof inputs)['message:delete'], typeof done>({
    name: 'message:delete',
    summary:
      'Delete an own message for everyone, or any message for oneself: message:deleted to whom it concerns',
    input: inputs['message:delete'],
    ack: done,
    async handle({ core, connection, input }) {
      await removeMessage(core, connection.session.member, input.messageId, input.for)
      return ok
    },
  }),
  reaction('reaction:add', 'add', 'React to a message: reaction:added'),
  reaction('reaction:remove', 'remove', 'Take a reaction back: reaction:removed'),
]
