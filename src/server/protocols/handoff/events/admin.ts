import { assertMay } from '../../../core/permissions.js'
import { type SocketEvent, socketEvent } from '../../socket-event.js'
import { queueSnapshot } from '../queue-updates.js'
import * as schemas from '../schemas.js'
import { adminOf, type HandoffSession } from '../session.js'
import { systemStats } from '../wire.js'
import { done, ok } from './acks.js'

/** What admins ask for; the answer is an event of its own, as the source has it. */
export const adminEvents: readonly SocketEvent[] = [
  socketEvent<HandoffSession, typeof schemas.nothing, typeof done>({
    name: 'admin:get_stats',
    summary: 'The state of the app: stats:update',
    input: schemas.nothing,
    ack: done,
    async handle({ core, connection }) {
      const staff = adminOf(connection.session)
      assertMay(staff, 'app.manage')
      connection.emit(['stats:update', systemStats(await core.stats.of(staff))])
      return ok
    },
  }),
  socketEvent<HandoffSession, typeof schemas.nothing, typeof done>({
    name: 'admin:debug_queue',
    summary: 'The queue in detail: queue:debug_info',
    input: schemas.nothing,
    ack: done,
    async handle({ core, connection }) {
      const staff = adminOf(connection.session)
      assertMay(staff, 'app.manage')
      const [update, { queue }, { change }] = await Promise.all([
        queueSnapshot(core, staff),
        core.stats.of(staff),
        core.queue.list(staff, { limit: 1 }),
      ])
      const { high, normal, low, longestWaitSeconds } = queue
      const byPriority = { high, normal, low }
      connection.emit(['queue:debug_info', { ...update, byPriority, longestWaitSeconds, changes: change }])
      return ok
    },
  }),
  socketEvent<HandoffSession, typeof schemas.nothing, typeof done>({
    name: 'admin:health_check',
    summary: 'Whether everything works: health:status',
    input: schemas.nothing,
    ack: done,
    async handle({ core, connection }) {
      assertMay(adminOf(connection.session), 'app.manage')
      const { at, ...health } = await core.health()
      connection.emit(['health:status', { ...health, timestamp: new Date(at).toISOString() }])
      return ok
    },
  }),
]
