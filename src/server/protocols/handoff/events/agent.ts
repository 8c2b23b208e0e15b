import { randomUUID } from 'node:crypto'
import { type SocketEvent, socketEvent } from '../../socket-event.js'
import { queueSnapshot } from '../queue-updates.js'
import * as schemas from '../schemas.js'
import { agentOf, agentsRoom, conversationRoom, type HandoffSession, staffOf } from '../session.js'
import { message, session } from '../wire.js'
import { done, ok, withMessage, withSession } from './acks.js'

/** What agents send. */
export const agentEvents: readonly SocketEvent[] = [
  socketEvent<HandoffSession, typeof schemas.joinAsAgent, typeof done>({
    name: 'agent:join',
    summary: 'Begin to serve: agent:joined, then the queue and all its moves',
    input: schemas.joinAsAgent,
    ack: done,
    async handle({ core, connection, input }) {
      const before = connection.session.agent
      const agent = before ?? (await agentOf(core, connection.session, input.name))
      connection.session.agent = agent
      connection.join(agentsRoom(agent.app.key))
      if (before === null) await core.presence.agentConnected(agent, connection.id)
      const { id, name } = agent.agent
      connection.emit(['agent:joined', { agentId: id, agent: { id, name, status: 'available' } }])
      connection.emit(['queue:update', await queueSnapshot(core, agent)])
      return ok
    },
  }),
  socketEvent<HandoffSession, typeof schemas.inSession, typeof withSession>({
    name: 'agent:pickup_session',
    summary: 'Take a session; exactly one agent gets it: session:assigned with the messages so far',
    input: schemas.inSession,
    ack: withSession,
    async handle({ core, connection, input }) {
      const staff = staffOf(connection.session)
      const view = await core.queue.claim(staff, input.sessionId)
      connection.join(conversationRoom(view.conversation.key))
      const limit = core.limits.pageSizeMaximum
      const { messages } = await core.history.page(staff, input.sessionId, { limit })
      const { id: sessionId } = view.conversation
      connection.emit(['session:assigned', { sessionId, session: session(view, messages) }])
      return { ...ok, sessionId }
    },
  }),
  socketEvent<HandoffSession, typeof schemas.sendMessage, typeof withMessage>({
    name: 'agent:send_message',
    summary: 'Answer; both sides get message:received',
    input: schemas.sendMessage,
    ack: withMessage,
    async handle({ core, connection, input }) {
      const staff = staffOf(connection.session)
      const thread = await core.conversations.reference(staff, input.sessionId)
      connection.join(conversationRoom(thread.conversationKey))
      const localId = input.localId ?? randomUUID()
      const posted = await core.messages.post(staff, input.sessionId, { localId, body: input.content })
      return { ...ok, message: message(posted.message) }
    },
  }),
  socketEvent<HandoffSession, typeof schemas.inSession, typeof done>({
    name: 'agent:close_session',
    summary: 'Close a session; both sides get session:closed',
    input: schemas.inSession,
    ack: done,
    async handle({ core, connection, input }) {
      const staff = staffOf(connection.session)
      const thread = await core.conversations.reference(staff, input.sessionId)
      connection.join(conversationRoom(thread.conversationKey))
      await core.lifecycle.close(staff, input.sessionId)
      return ok
    },
  }),
]
