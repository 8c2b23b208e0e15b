import { randomUUID } from 'node:crypto'
import { notFound } from '../../../core/errors.js'
import type { ConversationView } from '../../../core/events.js'
import type { Core } from '../../../core/index.js'
import type { Json } from '../../../core/model.js'
import type { Visitor } from '../../../core/principal.js'
import { type SocketEvent, socketEvent } from '../../socket-event.js'
import * as schemas from '../schemas.js'
import {
  conversationRoom,
  customersApp,
  type HandoffConnection,
  type HandoffSession,
  nobodyAsked,
  visitorOf,
} from '../session.js'
import { tellStatus } from '../told.js'
import { message, statusOf } from '../wire.js'
import { done, ok, withMessage, withSession } from './acks.js'

/** What customers send. */
export const customerEvents: readonly SocketEvent[] = [
  socketEvent<HandoffSession, typeof schemas.startChat, typeof withSession>({
    name: 'customer:start_chat',
    summary: 'Begin a session, or go on in one: session:created, then what was written so far',
    input: schemas.startChat,
    ack: withSession,
    paced: true,
    async handle({ core, connection, input }) {
      const visitor = await becomeCustomer(core, connection, input)
      const view =
        input.sessionId === undefined
          ? await begin(core, visitor, input)
          : await core.conversations.get(visitor, input.sessionId)
      await follow(core, connection, visitor, view)
      return { ...ok, sessionId: view.conversation.id }
    },
  }),
  socketEvent<HandoffSession, typeof schemas.sendMessage, typeof withMessage>({
    name: 'customer:send_message',
    summary: 'Send a message; it comes back as message:received',
    input: schemas.sendMessage,
    ack: withMessage,
    paced: true,
    async handle({ core, connection, input }) {
      const visitor = await writerOf(core, connection, input.sessionId)
      // Joined before it is stored, so that it comes back also on a connection that took the session over.
      const thread = await core.conversations.reference(visitor, input.sessionId)
      connection.join(conversationRoom(thread.conversationKey))
      const localId = input.localId ?? randomUUID()
      const posted = await core.messages.post(visitor, input.sessionId, { localId, body: input.content })
      if (posted.message.conversationId !== input.sessionId)
        await follow(
          core,
          connection,
          visitor,
          await core.conversations.get(visitor, posted.message.conversationId),
        )
      return { ...ok, message: message(posted.message) }
    },
  }),
  socketEvent<HandoffSession, typeof schemas.inSession, typeof done>({
    name: 'customer:end_chat',
    summary: 'End a session: session:closed',
    input: schemas.inSession,
    ack: done,
    async handle({ core, connection, input }) {
      await core.lifecycle.close(await writerOf(core, connection, input.sessionId), input.sessionId)
      return ok
    },
  }),
]

type StartChat = ReturnType<typeof schemas.startChat.parse>

/** The user's id is the identity here; each user is one device, whatever they connect from. */
async function becomeCustomer(core: Core, connection: HandoffConnection, input: StartChat): Promise<Visitor> {
  const { userId: id, name, hash } = input
  const app = customersApp(connection.session)
  const visitor = await core.visitors.recognise(app, `handoff:${id}`, { id, name, hash })
  const before = connection.session.visitor
  if (before !== null && before.contact.key !== visitor.contact.key)
    throw notFound('session of this user here')
  connection.session.visitor = visitor
  if (before === null) await core.presence.visitorConnected(visitor, connection.id, null)
  return visitor
}

/** Who writes; where nobody is asked who they are, after a cut the session itself tells. */
async function writerOf(core: Core, connection: HandoffConnection, sessionId: string): Promise<Visitor> {
  const operator = nobodyAsked(connection.session)
  if (connection.session.visitor !== null || operator === null) return visitorOf(connection.session)
  const { contact } = await core.conversations.get(operator, sessionId)
  if (contact?.externalId == null) throw notFound('session')
  return becomeCustomer(core, connection, { userId: contact.externalId })
}

async function begin(
  core: Core,
  visitor: Visitor,
  { botContext, metadata }: StartChat,
): Promise<ConversationView> {
  const context: Json | undefined = typeof botContext === 'string' ? { instructions: botContext } : botContext
  const { view } = await core.conversations.start(visitor, { new: true, metadata, botContext: context })
  return view
}

/** From here on the customer hears everything of the session; first what is there already. */
async function follow(
  core: Core,
  connection: HandoffConnection,
  visitor: Visitor,
  view: ConversationView,
): Promise<void> {
  const { id, key } = view.conversation
  const { messages } = await core.history.page(visitor, id, { limit: core.limits.pageSize })
  connection.emit(['session:created', { sessionId: id, status: statusOf(view.conversation) }])
  for (const sent of messages) connection.emit(['message:received', message(sent)])
  connection.join(conversationRoom(key))
  if (view.queue !== null) connection.emit(tellStatus(core, view))
}
