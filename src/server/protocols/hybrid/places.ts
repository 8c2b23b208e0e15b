import type { Core } from '../../core/index.js'
import type { ActivityPlace } from '../../core/ports/members.js'
import type { Member } from '../../core/principal.js'

// Each user has a list of their own, so that the place of one is of no use to another.
const listOf = ({ contact }: Member): string => `hybrid conversations of ${contact.key}`

export const encodePlace = (core: Core, member: Member, { activeAt, key }: ActivityPlace): string =>
  core.cursors.encodeAll(listOf(member), [activeAt, key])

/** Refuses with `invalid_request` what is not a cursor of this member's list. */
export function decodePlace(core: Core, member: Member, cursor: string): ActivityPlace {
  const [activeAt = 0, key = 0] = core.cursors.decodeAll(listOf(member), cursor, 2)
  return { activeAt, key }
}
