import { type SocketEvent, socketEvent } from '../../socket-event.js'
import { events as inputs, nothing } from '../schemas/inputs.js'
import type { MemberSession } from '../session.js'
import { time } from '../wire.js'
import { done, ok, withTime } from './acks.js'

type Doing = 'typing:start' | 'typing:stop' | 'recording:start' | 'recording:stop'

const doing = (name: Doing, activity: 'text' | 'recording', isActive: boolean, summary: string) =>
  socketEvent<MemberSession, (typeof inputs)[Doing], typeof done>({
    name,
    summary,
    input: inputs[name],
    ack: done,
    async handle({ core, connection, input }) {
      await core.typing.set(connection.session.member, input.conversationId, isActive, activity)
      return ok
    },
  })

/** Signs of life. */
export const signEvents: readonly SocketEvent[] = [
  doing('typing:start', 'text', true, 'The user writes; it ends by itself some seconds after the last sign'),
  doing('typing:stop', 'text', false, 'The user stopped writing'),
  doing('recording:start', 'recording', true, 'The user records a voice message'),
  doing('recording:stop', 'recording', false, 'The user stopped recording'),
  socketEvent<MemberSession, typeof nothing, typeof done>({
    name: 'activity:ping',
    summary: 'The user is active',
    input: nothing,
    ack: done,
    async handle({ core, connection }) {
      core.presence.memberActive(connection.session.member)
      return ok
    },
  }),
  socketEvent<MemberSession, typeof nothing, typeof withTime>({
    name: 'ping',
    summary: 'Measure the way there and back: pong',
    input: nothing,
    ack: withTime,
    async handle({ core, connection }) {
      const timestamp = time(core.clock.now())
      connection.emit(['pong', { timestamp }])
      return { ...ok, timestamp }
    },
  }),
]
