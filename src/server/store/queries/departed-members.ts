import { and, eq, inArray } from 'drizzle-orm'
import type { MemberQueries } from '../../core/ports/members.js'
import { type Access, first, lazily, p, run } from './access.js'

type DepartedMemberQueries = Pick<MemberQueries, 'byExternalIds' | 'departedAt' | 'depart' | 'arrive'>

/** Members by what the host calls them, and those whom it deleted. */
export function departedMemberQueries({
  db,
  schema: { contacts, departedMembers },
}: Access): DepartedMemberQueries {
  const departedAt = lazily(() =>
    db
      .select({ at: departedMembers.at })
      .from(departedMembers)
      .where(and(eq(departedMembers.appKey, p('appKey')), eq(departedMembers.externalId, p('externalId'))))
      .prepare('departed_members_at'),
  )
  return {
    byExternalIds: async (appKey, externalIds) =>
      externalIds.length === 0
        ? []
        : run(
            db
              .select()
              .from(contacts)
              .where(and(eq(contacts.appKey, appKey), inArray(contacts.externalId, externalIds))),
          ),
    departedAt: async (appKey, externalId) => (await first(departedAt().execute({ appKey, externalId })))?.at,
    depart: async (appKey, externalId, at) => {
      await db
        .insert(departedMembers)
        .values({ appKey, externalId, at })
        .onConflictDoUpdate({
          target: [departedMembers.appKey, departedMembers.externalId],
          set: { at },
        })
    },
    arrive: async (appKey, externalIds) => {
      if (externalIds.length === 0) return
      await db
        .delete(departedMembers)
        .where(and(eq(departedMembers.appKey, appKey), inArray(departedMembers.externalId, externalIds)))
    },
  }
}
