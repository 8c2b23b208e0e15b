import { and, asc, desc, eq, gt, lte } from 'drizzle-orm'
import type { ConversationQueries } from '../../core/ports/conversations.js'
import { type Access, first, lazily, named, p, placeholders, run } from './access.js'

type Changes = Pick<ConversationQueries, 'insertChange' | 'changesAfter' | 'changeAtOrBefore'>

/** What a client that was away must hear of, besides new messages. */
export function changeQueries({ db, schema: { changes } }: Access): Changes {
  const insert = lazily(() => db.insert(changes).values(placeholders(changes)).prepare('changes_insert'))
  const after = lazily(() =>
    db
      .select()
      .from(changes)
      .where(and(eq(changes.conversationKey, p('key')), gt(changes.revision, p('revision'))))
      .orderBy(asc(changes.revision))
      .limit(p('limit'))
      .prepare('changes_after'),
  )
  const atOrBefore = lazily(() =>
    db
      .select()
      .from(changes)
      .where(and(eq(changes.conversationKey, p('key')), lte(changes.revision, p('revision'))))
      .orderBy(desc(changes.revision))
      .limit(1)
      .prepare('changes_at_or_before'),
  )
  return {
    insertChange: async (change) => {
      await insert().execute(named(change))
    },
    changesAfter: (key, revision, limit) => run(after().execute({ key, revision, limit })),
    changeAtOrBefore: (key, revision) => first(atOrBefore().execute({ key, revision })),
  }
}
