import { and, desc, eq, gt, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { ConversationKind } from '../../core/model.js'
import type { ActivityPlace, MemberQueries } from '../../core/ports/members.js'
import { type Access, first, lazily, p, run } from './access.js'

type MemberConversations = Pick<MemberQueries, 'insertDirect' | 'direct' | 'page' | 'joined'>

/** The conversations that somebody is in. */
export function memberConversationQueries(access: Access): MemberConversations {
  const { db, schema } = access
  const { conversations, participants } = schema
  const direct = lazily(() =>
    db
      .select()
      .from(conversations)
      .where(and(eq(conversations.appKey, p('appKey')), eq(conversations.directKey, p('directKey'))))
      .prepare('conversations_direct'),
  )
  return {
    insertDirect: (conversation) =>
      first(db.insert(conversations).values(conversation).onConflictDoNothing().returning()),
    direct: (appKey, directKey) => first(direct().execute({ appKey, directKey })),
    page: page(access),
    joined: (contactKey, limit, kinds) =>
      run(
        db
          .select({ key: conversations.key, id: conversations.id })
          .from(participants)
          .innerJoin(conversations, eq(conversations.key, participants.conversationKey))
          .where(and(isIn(access, contactKey), ofKinds(access, kinds)))
          .orderBy(desc(conversations.key))
          .limit(limit),
      ),
  }
}

// The list is sorted anew for each page: one person's conversations are few, and an index over their last activity
// would be written with every message.
function page(access: Access): MemberConversations['page'] {
  const { conversations, participants } = access.schema
  const { hiddenThrough } = participants
  const { key, lastSequence, lastMessageAt, createdAt } = conversations
  const activeAt = sql<number>`coalesce(${lastMessageAt}, ${createdAt})`.mapWith(Number)
  const shown = or(eq(hiddenThrough, 0), and(gt(lastSequence, 0), gt(lastSequence, hiddenThrough)))
  const behind = (place: ActivityPlace | undefined) =>
    place && or(lt(activeAt, place.activeAt), and(eq(activeAt, place.activeAt), lt(key, place.key)))
  return (contactKey, { kinds, before, limit }) =>
    run(
      access.db
        .select({ conversation: conversations, participant: participants, activeAt })
        .from(participants)
        .innerJoin(conversations, eq(key, participants.conversationKey))
        .where(and(isIn(access, contactKey), ofKinds(access, kinds), shown, behind(before)))
        .orderBy(desc(activeAt), desc(key))
        .limit(limit),
    )
}

const isIn = ({ schema: { participants } }: Access, contactKey: number): SQL | undefined =>
  and(eq(participants.type, 'contact'), eq(participants.memberKey, contactKey), isNull(participants.leftAt))

const ofKinds = ({ schema: { conversations } }: Access, kinds: ConversationKind[] | undefined) =>
  kinds && inArray(conversations.kind, kinds)
