import { invalid } from '../../core/errors.js'
import type { Core } from '../../core/index.js'
import type { SignedInAgent, Staff } from '../../core/principal.js'
import type { Connection } from '../connection.js'
import { agentIn, appRoom, conversationRoom } from './rooms.js'

/** A connection of staff. An agent of several apps looks at one at a time, chosen by `app:subscribe`. */
export interface AdminSession {
  /** Null for a server with a secret key. */
  readonly signedIn: SignedInAgent | null
  staff: Staff | null
}

export type AdminConnection = Connection<AdminSession>

/** Who acts for agents' events. Throws invalid_request before an app is chosen. */
export function staffOf({ staff }: AdminSession): Staff {
  if (staff !== null) return staff
  throw invalid('You have several apps. Choose one with app:subscribe first.')
}

/** Begins to act in an app: the agent is online there from now on. */
export async function enterApp(core: Core, connection: AdminConnection, staff: Staff): Promise<void> {
  await leaveApp(core, connection)
  connection.session.staff = staff
  await connection.enterApp(staff.app.key)
  if (staff.type !== 'agent') return
  await core.presence.agentConnected(staff, connection.id)
  // The socket may have gone meanwhile, with nobody left to say so.
  if (!connection.alive) await leaveApp(core, connection)
}

/** Ceases to act in the app, if in any: the agent may be offline there now. */
export async function leaveApp(core: Core, connection: AdminConnection): Promise<void> {
  const { staff } = connection.session
  connection.session.staff = null
  connection.leaveApp()
  if (staff?.type === 'agent') await core.presence.agentDisconnected(staff, connection.id)
}

/** Everything that happens in the app. */
export const watchApp = (connection: AdminConnection, staff: Staff): void =>
  connection.join(...roomsFor(appRoom(staff.app.key), staff))

export const watchConversation = (connection: AdminConnection, staff: Staff, key: number): void =>
  connection.join(...roomsFor(conversationRoom(key), staff))

export const unwatchConversation = (connection: AdminConnection, staff: Staff, key: number): void =>
  connection.leave(...roomsFor(conversationRoom(key), staff))

const roomsFor = (room: string, staff: Staff): string[] =>
  staff.type === 'agent' ? [room, agentIn(room, staff.agent.key)] : [room]
