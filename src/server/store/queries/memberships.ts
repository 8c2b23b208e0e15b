import { and, asc, eq, getTableColumns, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Participant } from '../../core/model.js'
import type { MemberQueries } from '../../core/ports/members.js'
import { type Access, first, lazily, p, run, touched } from './access.js'

type Memberships = Pick<
  MemberQueries,
  'active' | 'participant' | 'join' | 'leave' | 'setRole' | 'hide' | 'hasTalked'
>

/** Who is in a conversation, and what each of them may see of it. */
export function membershipQueries(access: Access): Memberships {
  const { db, schema } = access
  const { participants } = schema
  const { leftAt } = participants
  const participant = lazily(() =>
    db
      .select()
      .from(participants)
      .where(and(contactIn(access, p('conversationKey'), p('contactKey')), isNull(leftAt)))
      .prepare('participants_active_one'),
  )
  const set = async (conversationKey: number, contactKey: number, fields: Changes) => {
    await db
      .update(participants)
      .set(fields)
      .where(contactIn(access, conversationKey, contactKey))
  }
  return {
    active: active(access),
    hasTalked: hasTalked(access),
    participant: (conversationKey, contactKey) =>
      first(participant().execute({ conversationKey, contactKey })),
    join: join(access),
    leave: (conversationKey, contactKey, at) =>
      touched(
        db
          .update(participants)
          .set({ leftAt: at })
          .where(and(contactIn(access, conversationKey, contactKey), isNull(leftAt)))
          .returning({ key: participants.key }),
      ),
    setRole: (conversationKey, contactKey, role) => set(conversationKey, contactKey, { role }),
    hide: (conversationKey, contactKey, hiddenThrough) => set(conversationKey, contactKey, { hiddenThrough }),
  }
}

type KeyOrPlace = number | ReturnType<typeof p>
type Changes = Partial<Pick<Participant, 'role' | 'hiddenThrough'>>

// One statement for all of them, because a group may begin with a thousand members.
function join({ db, schema: { participants } }: Access): Memberships['join'] {
  const { leftAt, readSequence } = participants
  return async (conversationKey, contactKeys, { role, at, readThrough }) => {
    if (contactKeys.length === 0) return []
    const arriving = {
      conversationKey,
      type: 'contact',
      role,
      joinedAt: at,
      readSequence: readThrough,
    } as const
    const furthest = sql`case when ${readSequence} < ${readThrough} then ${readThrough} else ${readSequence} end`
    const joined = await db
      .insert(participants)
      .values(contactKeys.map((memberKey) => ({ ...arriving, memberKey })))
      .onConflictDoUpdate({
        target: [participants.conversationKey, participants.type, participants.memberKey],
        set: { leftAt: null, role, joinedAt: at, readSequence: furthest },
        setWhere: isNotNull(leftAt),
      })
      .returning({ key: participants.memberKey })
    return joined.map(({ key }) => key)
  }
}

const contactIn = (
  { schema: { participants } }: Access,
  conversationKey: KeyOrPlace,
  contactKey: KeyOrPlace,
) =>
  and(
    eq(participants.conversationKey, conversationKey),
    eq(participants.type, 'contact'),
    eq(participants.memberKey, contactKey),
  )

function active({ db, schema, dialect }: Access): Memberships['active'] {
  const { contacts, participants } = schema
  const shown = lazily(() =>
    db
      .select({
        ...getTableColumns(participants),
        userId: sql<string>`coalesce(${contacts.externalId}, ${contacts.id})`,
        name: contacts.name,
        avatar: contacts.avatar,
      })
      .from(participants)
      .innerJoin(contacts, eq(contacts.key, participants.memberKey))
      .where(
        and(
          dialect.keyIn(participants.conversationKey, 'keys'),
          eq(participants.type, 'contact'),
          isNull(participants.leftAt),
        ),
      )
      .orderBy(asc(participants.conversationKey), asc(participants.joinedAt), asc(participants.key))
      .prepare('participants_active'),
  )
  return (conversationKeys) => run(shown().execute({ keys: dialect.keys(conversationKeys) }))
}

function hasTalked({ db, schema: { conversations, participants } }: Access): Memberships['hasTalked'] {
  return (contactKey) =>
    touched(
      db
        .select({ key: participants.key })
        .from(participants)
        .innerJoin(conversations, eq(conversations.key, participants.conversationKey))
        .where(
          and(
            eq(participants.type, 'contact'),
            eq(participants.memberKey, contactKey),
            sql`${conversations.kind} <> 'support'`,
          ),
        )
        .limit(1),
    )
}
