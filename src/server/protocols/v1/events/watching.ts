import { z } from 'zod'
import { notFound } from '../../../core/errors.js'
import type { Core } from '../../../core/index.js'
import type { Staff } from '../../../core/principal.js'
import { socketEvent } from '../../socket-event.js'
import {
  type AdminSession,
  enterApp,
  staffOf,
  unwatchConversation,
  watchApp,
  watchConversation,
} from '../admin-session.js'
import { queueList, queuePage } from '../queue-page.js'
import { adminConversation as conversationSchema } from '../schemas/entities.js'
import { adminEvents as inputs, session as sessionSchema } from '../schemas/events.js'
import { id } from '../schemas/scalars.js'
import { adminConversation } from '../wire.js'
import { offer, session } from '../wire-events.js'
import { ackOf, done, joined, ok } from './acks.js'
import { join } from './in-conversation.js'

const joinAck = joined(conversationSchema)
const subscribeAck = ackOf({ app_id: id })
const sessionsAck = ackOf({ sessions: z.array(sessionSchema) })
const queueAck = ackOf(queueList.shape)

/** What staff follow: an app, a conversation, who is there, who waits. */
export const watchEvents = [
  socketEvent<AdminSession, (typeof inputs)['app:subscribe'], typeof subscribeAck>({
    name: 'app:subscribe',
    summary: 'Watch everything that happens in an app, and act in it from now on',
    input: inputs['app:subscribe'],
    ack: subscribeAck,
    async handle({ core, connection, input }) {
      const staff = await inApp(core, connection.session, input.app_id)
      if (connection.session.staff?.app.key !== staff.app.key) {
        connection.leaveAll()
        await enterApp(core, connection, staff)
      }
      watchApp(connection, staff)
      for (const made of await core.routing.offersOf(staff))
        connection.emit(['queue:offer', offer(made, core.clock.now())])
      return { ...ok, app_id: staff.app.id }
    },
  }),
  socketEvent<AdminSession, (typeof inputs)['conversation:join'], typeof joinAck>({
    name: 'conversation:join',
    summary: 'Follow a conversation: the newest messages, or what changed since a revision',
    action: 'app.read',
    input: inputs['conversation:join'],
    ack: joinAck,
    handle({ core, connection, input }) {
      const staff = staffOf(connection.session)
      const watch = (key: number) => watchConversation(connection, staff, key)
      return join(core, connection, staff, input, watch, adminConversation)
    },
  }),
  socketEvent<AdminSession, (typeof inputs)['conversation:leave'], typeof done>({
    name: 'conversation:leave',
    summary: 'Follow a conversation no longer',
    action: 'app.read',
    input: inputs['conversation:leave'],
    ack: done,
    async handle({ core, connection, input }) {
      const staff = staffOf(connection.session)
      const { conversationKey } = await core.conversations.reference(staff, input.conversation_id)
      unwatchConversation(connection, staff, conversationKey)
      return ok
    },
  }),
  socketEvent<AdminSession, (typeof inputs)['sessions:list'], typeof sessionsAck>({
    name: 'sessions:list',
    summary: 'Visitors who are connected now',
    action: 'app.read',
    input: inputs['sessions:list'],
    ack: sessionsAck,
    async handle({ core, connection }) {
      const sessions = await core.presence.sessions(staffOf(connection.session))
      return { ...ok, sessions: sessions.map(session) }
    },
  }),
  socketEvent<AdminSession, (typeof inputs)['queue:list'], typeof queueAck>({
    name: 'queue:list',
    summary: 'Who waits, in the order of service',
    action: 'app.read',
    input: inputs['queue:list'],
    ack: queueAck,
    async handle({ core, connection, input }) {
      return { ...ok, ...(await queuePage(core, staffOf(connection.session), input ?? {})) }
    },
  }),
]

/** A server has the one app of its key; an agent those where they are a member. */
async function inApp(core: Core, { signedIn, staff }: AdminSession, appId: string): Promise<Staff> {
  if (staff?.app.id === appId) return staff
  if (signedIn === null) throw notFound('app')
  return core.auth.inApp(signedIn, appId)
}
