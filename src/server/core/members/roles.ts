import { conflict, forbidden } from '../errors.js'
import type { Participant, ParticipantRole } from '../model.js'
import type { ParticipantView } from '../ports/members.js'

type Ranked = Pick<Participant, 'role'>

const lastOwner = () =>
  conflict('This is the last owner of the group. Make somebody else an owner first, or leave the group.')

const isLastOwner = (target: Ranked, everybody: readonly Ranked[]): boolean =>
  target.role === 'owner' && everybody.filter(({ role }) => role === 'owner').length === 1

/** Owners and admins bring people in; only an owner brings them in as more than a member. */
export function assertMayAdd(own: Ranked, role: ParticipantRole): void {
  if (own.role === 'member')
    throw forbidden('Only owners and admins of a group change who is in it. Ask one of them.')
  if (role !== 'member' && own.role !== 'owner')
    throw forbidden('Only an owner of a group makes owners and admins. Add them as members.')
}

/** Owners give and take roles, their own too, as long as one owner is left. */
export function assertMaySetRole(
  own: Ranked,
  target: Ranked,
  role: ParticipantRole,
  everybody: readonly Ranked[],
): void {
  if (own.role === 'member') throw forbidden('Only an owner of a group changes roles. Ask one of them.')
  if (role !== 'owner' && isLastOwner(target, everybody)) throw lastOwner()
  if (own.role !== 'owner') throw forbidden('Only an owner of a group changes roles. Ask one of them.')
}

/** Owners take out anybody but the last owner, admins anybody but owners. Leaving is not asked about. */
export function assertMayRemove(own: Ranked, target: Ranked, everybody: readonly Ranked[]): void {
  if (own.role === 'member')
    throw forbidden('Only owners and admins of a group change who is in it. Ask one of them.')
  if (isLastOwner(target, everybody)) throw lastOwner()
  if (own.role === 'admin' && target.role === 'owner')
    throw forbidden('An admin cannot take an owner out of a group. Ask an owner.')
}

/** Who owns a group when its last owner leaves: the admin who came first, else the member. Null: it has an owner. */
export function heirOf(rest: readonly ParticipantView[]): ParticipantView | null {
  if (rest.some(({ role }) => role === 'owner')) return null
  return rest.find(({ role }) => role === 'admin') ?? rest[0] ?? null
}
