import { and, asc, eq, or, sql } from 'drizzle-orm'
import type { ParticipantQueries } from '../../core/ports/participants.js'
import { type Access, first, lazily, named, p, placeholders, run } from './access.js'

export function participantQueries(access: Access): ParticipantQueries {
  const { db, schema, dialect } = access
  const { participants } = schema
  const ensure = lazily(() =>
    db
      .insert(participants)
      .values(placeholders(participants))
      .onConflictDoNothing()
      .prepare('participants_ensure'),
  )
  const one = lazily(() => db.select().from(participants).where(member(access)).prepare('participants_one'))
  const of = lazily(() =>
    db
      .select()
      .from(participants)
      .where(dialect.keyIn(participants.conversationKey, 'keys'))
      .orderBy(asc(participants.conversationKey), asc(participants.key))
      .prepare('participants_of'),
  )
  const move = lazily(() => moveStatement(access))

  return {
    ensure: async (participant) => {
      await ensure().execute(named(participant))
    },
    one: (conversationKey, type, memberKey) => first(one().execute({ conversationKey, type, memberKey })),
    of: (conversationKeys) => run(of().execute({ keys: dialect.keys(conversationKeys) })),
    moveCursors: (conversationKey, type, memberKey, { read, delivered, at }) => {
      const furthest = Math.max(read, delivered)
      return first(move().execute({ conversationKey, type, memberKey, read, delivered: furthest, at }))
    },
  }
}

const member = ({ schema: { participants } }: Access) =>
  and(
    eq(participants.conversationKey, p('conversationKey')),
    eq(participants.type, p('type')),
    eq(participants.memberKey, p('memberKey')),
  )

function moveStatement(access: Access) {
  const { participants } = access.schema
  const { readSequence, readAt, deliveredSequence, deliveredAt } = participants
  const readMoves = sql`${p('read')} > ${readSequence}`
  const deliveredMoves = sql`${p('delivered')} > ${deliveredSequence}`
  return access.db
    .update(participants)
    .set({
      readSequence: sql`case when ${readMoves} then ${p('read')} else ${readSequence} end`,
      readAt: sql`case when ${readMoves} then ${p('at')} else ${readAt} end`,
      deliveredSequence: sql`case when ${deliveredMoves} then ${p('delivered')} else ${deliveredSequence} end`,
      deliveredAt: sql`case when ${deliveredMoves} then ${p('at')} else ${deliveredAt} end`,
    })
    .where(and(member(access), or(readMoves, deliveredMoves)))
    .returning()
    .prepare('participants_move_cursors')
}
