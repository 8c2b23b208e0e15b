import type { Core } from '../../core/index.js'
import type { Member } from '../../core/principal.js'
import type { Connection } from '../connection.js'
import { conversationRoom, mutedRoom, userRoom } from './rooms.js'

/** A device of a member. */
export interface MemberSession {
  readonly member: Member
  /** While it is being greeted: conversations that it left meanwhile, and that a list read before still names. */
  leftMeanwhile: Set<number> | null
}

export type MemberConnection = Connection<MemberSession>

type Devices = Map<number, Set<MemberConnection>>

// By their user, because looking at every connection for every conversation that begins would grow with the
// connections; for each core, because tests run several in one process.
const known = new WeakMap<Core, Devices>()

/** The device hears what is meant for its user. */
export function enter(core: Core, connection: MemberConnection): void {
  const users: Devices = known.get(core) ?? new Map()
  known.set(core, users)
  const { key } = connection.session.member.contact
  const devices = users.get(key) ?? new Set()
  users.set(key, devices.add(connection))
  connection.join(userRoom(key))
}

/** Forgets a connection that has ended. */
export function depart(core: Core, connection: MemberConnection): void {
  const users = known.get(core)
  const { key } = connection.session.member.contact
  const devices = users?.get(key)
  devices?.delete(connection)
  if (devices?.size === 0) users?.delete(key)
}

/** This device hears the conversation from now on. */
export function hear(connection: MemberConnection, conversationKey: number): void {
  connection.leave(mutedRoom(conversationKey))
  connection.join(conversationRoom(conversationKey))
}

/** This device alone hears the conversation no longer, until it joins again. */
export function mute(connection: MemberConnection, conversationKey: number): void {
  connection.leave(conversationRoom(conversationKey))
  connection.join(mutedRoom(conversationKey))
}

/** From now on every device of these users on this node hears the conversation. */
export function joinAll(core: Core, contactKeys: readonly number[], conversationKey: number): void {
  for (const connection of devicesOf(core, contactKeys)) {
    connection.session.leftMeanwhile?.delete(conversationKey)
    hear(connection, conversationKey)
  }
}

/** From now on none of their devices hears it. */
export function leaveAll(core: Core, contactKeys: readonly number[], conversationKey: number): void {
  for (const connection of devicesOf(core, contactKeys)) {
    connection.session.leftMeanwhile?.add(conversationKey)
    connection.leave(conversationRoom(conversationKey), mutedRoom(conversationKey))
  }
}

function devicesOf(core: Core, contactKeys: readonly number[]): MemberConnection[] {
  const users = known.get(core)
  return contactKeys.flatMap((key) => [...(users?.get(key) ?? [])])
}
