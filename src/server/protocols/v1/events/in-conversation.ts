import type { ConversationView } from '../../../core/events.js'
import type { Core } from '../../../core/index.js'
import type { Message } from '../../../core/model.js'
import type { Principal } from '../../../core/principal.js'
import type { Connection } from '../../connection.js'
import { socketEvent } from '../../socket-event.js'
import { linkOf, messagePage, readerOf } from '../answers.js'
import { clientEvents as inputs } from '../schemas/events.js'
import { message, time } from '../wire.js'
import { done, ok, withCount, withMessage, withTime } from './acks.js'

/** The message as this principal sees it, in an ack. */
export const messageAck = (core: Core, principal: Principal, from: Message) =>
  ({ ...ok, message: message(from, readerOf(principal), linkOf(core)) }) as const

/**
 * Joins, then reads: what happens between is seen twice rather than never. `watch` joins the room before the
 * state is read.
 */
export async function join<View>(
  core: Core,
  connection: Connection<unknown>,
  principal: Principal,
  input: { conversation_id: string; after_revision?: number | undefined },
  watch: (conversationKey: number) => void,
  format: (view: ConversationView) => View,
) {
  const { conversationKey } = await core.conversations.reference(principal, input.conversation_id)
  watch(conversationKey)
  const joined = await core.history.join(principal, input.conversation_id, input.after_revision)
  connection.emit(['conversation:joined', { conversation_id: input.conversation_id }])
  const conversation = format(joined.view)
  if (joined.resyncRequired) return { ...ok, conversation, resync_required: true as const }
  return { ...ok, conversation, ...messagePage(core, principal, joined) }
}

/** What visitors and staff do alike in a conversation that they name. */
export function eventsInConversation<Session>(principalOf: (session: Session) => Principal) {
  const react = (name: 'reaction:add' | 'reaction:remove', change: 'add' | 'remove', summary: string) =>
    socketEvent<Session, (typeof inputs)[typeof name], typeof withMessage>({
      name,
      summary,
      input: inputs[name],
      ack: withMessage,
      async handle({ core, connection, input }) {
        const principal = principalOf(connection.session)
        const { conversation_id, message_id, emoji } = input
        return messageAck(
          core,
          principal,
          await core.reactions[change](principal, conversation_id, message_id, emoji),
        )
      },
    })

  const receipt = (name: 'message:delivered' | 'message:read', cursor: 'delivered' | 'read') =>
    socketEvent<Session, (typeof inputs)[typeof name], typeof withCount>({
      name,
      summary: `Everything up to a sequence was ${cursor}`,
      input: inputs[name],
      ack: withCount,
      async handle({ core, connection, input }) {
        const { conversation_id, up_to_sequence } = input
        const principal = principalOf(connection.session)
        return {
          ...ok,
          updated: await core.receipts.move(principal, conversation_id, { [cursor]: up_to_sequence }),
        }
      },
    })

  const typing = (name: 'typing:start' | 'typing:stop', isTyping: boolean, summary: string) =>
    socketEvent<Session, (typeof inputs)[typeof name], typeof done>({
      name,
      summary,
      input: inputs[name],
      ack: done,
      async handle({ core, connection, input }) {
        await core.typing.set(principalOf(connection.session), input.conversation_id, isTyping)
        return ok
      },
    })

  return [
    socketEvent<Session, (typeof inputs)['message:edit'], typeof withMessage>({
      name: 'message:edit',
      summary: 'Change an own message',
      input: inputs['message:edit'],
      ack: withMessage,
      async handle({ core, connection, input }) {
        const principal = principalOf(connection.session)
        const { conversation_id, message_id, body } = input
        return messageAck(
          core,
          principal,
          await core.messages.edit(principal, conversation_id, message_id, body),
        )
      },
    }),
    socketEvent<Session, (typeof inputs)['message:delete'], typeof withMessage>({
      name: 'message:delete',
      summary: 'Delete an own message: it keeps its place and loses its body',
      input: inputs['message:delete'],
      ack: withMessage,
      async handle({ core, connection, input }) {
        const principal = principalOf(connection.session)
        const { conversation_id, message_id } = input
        return messageAck(core, principal, await core.messages.remove(principal, conversation_id, message_id))
      },
    }),
    react('reaction:add', 'add', 'React to a message'),
    react('reaction:remove', 'remove', 'Take a reaction back'),
    receipt('message:delivered', 'delivered'),
    receipt('message:read', 'read'),
    typing(
      'typing:start',
      true,
      'Somebody writes; it stops by itself some seconds after the last sign of it',
    ),
    typing('typing:stop', false, 'Somebody stopped writing'),
    socketEvent<Session, typeof inputs.ping, typeof withTime>({
      name: 'ping',
      summary: 'Measure the way there and back; answered by pong, too',
      input: inputs.ping,
      ack: withTime,
      async handle({ core, connection }) {
        const server_time = time(core.clock.now())
        connection.emit(['pong', { server_time }])
        return { ...ok, server_time }
      },
    }),
  ]
}
