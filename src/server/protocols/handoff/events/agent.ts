import { randomUUID } from 'node:crypto'
import type { ConversationView } from '../../../core/events.js'
import type { Core } from '../../../core/index.js'
import type { Staff } from '../../../core/principal.js'
import { type SocketEvent, socketEvent } from '../../socket-event.js'
import { queueSnapshot } from '../queue-updates.js'
import * as schemas from '../schemas.js'
import { assign, beginServing, resumeSessions } from '../serving.js'
import {
  agentOf,
  agentsRoom,
  conversationRoom,
  type HandoffConnection,
  type HandoffSession,
  staffOf,
} from '../session.js'
import { message } from '../wire.js'
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
      const { availability } = (await core.agents.member(agent, id)).agent
      const status = availability === 'online' ? 'available' : 'away'
      connection.emit(['agent:joined', { agentId: id, agent: { id, name, status } }])
      connection.emit(['queue:update', await queueSnapshot(core, agent)])
      beginServing(core, connection)
      await resumeSessions(core, connection, agent)
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
      await assign(core, connection, staff, await pickUp(core, connection, staff, input.sessionId))
      return { ...ok, sessionId: input.sessionId }
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

/** Known as the agent's before it is won, so that the news of the assignment does not give it a second time. */
async function pickUp(
  core: Core,
  { session: { sessions } }: HandoffConnection,
  staff: Staff,
  sessionId: string,
): Promise<ConversationView> {
  const isKnown = sessions.has(sessionId)
  sessions.add(sessionId)
  try {
    return await core.queue.claim(staff, sessionId)
  } catch (error) {
    if (!isKnown) sessions.delete(sessionId)
    throw error
  }
}
