import { and, asc, eq, sql } from 'drizzle-orm'
import type { Reaction } from '../../core/model.js'
import type { MessageQueries } from '../../core/ports/messages.js'
import { type Access, lazily, run, touched } from './access.js'

type Reactions = Pick<MessageQueries, 'insertReaction' | 'removeReaction' | 'reactions'>

export function reactionQueries({ db, schema, dialect }: Access): Reactions {
  const { agents, contacts, reactions } = schema
  const { messageKey, type, memberKey, emoji } = reactions
  const columns = { messageKey, type, memberKey, emoji }
  const of = lazily(() =>
    db
      .select({
        ...columns,
        userId: sql<string | null>`coalesce(${agents.id}, ${contacts.externalId}, ${contacts.id})`,
      })
      .from(reactions)
      .leftJoin(agents, and(eq(type, 'agent'), eq(agents.key, memberKey)))
      .leftJoin(contacts, and(eq(type, 'contact'), eq(contacts.key, memberKey)))
      .where(dialect.keyIn(messageKey, 'keys'))
      .orderBy(asc(messageKey), asc(reactions.createdAt), asc(emoji), asc(memberKey))
      .prepare('reactions_of'),
  )
  const same = (reaction: Reaction) =>
    and(
      eq(messageKey, reaction.messageKey),
      eq(type, reaction.type),
      eq(memberKey, reaction.memberKey),
      eq(emoji, reaction.emoji),
    )

  return {
    insertReaction: (reaction) =>
      touched(db.insert(reactions).values(reaction).onConflictDoNothing().returning(columns)),
    removeReaction: (reaction) => touched(db.delete(reactions).where(same(reaction)).returning(columns)),
    reactions: (messageKeys) => run(of().execute({ keys: dialect.keys(messageKeys) })),
  }
}
