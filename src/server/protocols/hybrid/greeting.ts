import type { Core } from '../../core/index.js'
import { conversationRoom } from './rooms.js'
import { depart, enter, type MemberConnection } from './session.js'
import { time } from './wire.js'

/**
 * Joins everything that the member takes part in, then says so. Entered before the list is read: what begins
 * meanwhile joins live, what ends meanwhile is remembered.
 */
export async function greet(core: Core, connection: MemberConnection): Promise<void> {
  const { session } = connection
  session.leftMeanwhile = new Set()
  enter(core, connection)
  const joined = await core.members.joined(session.member)
  const rooms = joined.filter(({ key }) => !session.leftMeanwhile?.has(key))
  session.leftMeanwhile = null
  connection.join(...rooms.map(({ key }) => conversationRoom(key)))
  connection.emit([
    'connected',
    {
      userId: session.member.contact.externalId,
      socketId: connection.id,
      rooms: rooms.map(({ id }) => id),
      timestamp: time(core.clock.now()),
    },
  ])
  await core.presence.memberConnected(session.member, connection.id)
}

/** The connection has ended: it hears nothing more, and its member may be offline now. */
export async function part(core: Core, connection: MemberConnection): Promise<void> {
  depart(core, connection)
  await core.presence.memberDisconnected(connection.session.member, connection.id)
}
