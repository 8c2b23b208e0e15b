import { and, asc, eq, inArray } from 'drizzle-orm'
import type { CannedReply } from '../../core/model.js'
import type { CannedReplyQueries } from '../../core/ports/canned-replies.js'
import { type Access, first, run } from './access.js'
import { patcher } from './patch.js'

// The owner of the replies that all agents of an app share.
const SHARED = 0

export function cannedReplyQueries({ db, schema: { cannedReplies } }: Access): CannedReplyQueries {
  const { key, id, appKey, agentKey, name } = cannedReplies
  return {
    insert: (reply) => first(db.insert(cannedReplies).values(reply).onConflictDoNothing().returning()),
    update: patcher<CannedReply>(db, 'canned_replies_update', cannedReplies),
    remove: async (removed) => {
      await db.delete(cannedReplies).where(eq(key, removed))
    },
    byId: (app, wanted) =>
      first(
        db
          .select()
          .from(cannedReplies)
          .where(and(eq(id, wanted), eq(appKey, app))),
      ),
    list: (app, agent) =>
      run(
        db
          .select()
          .from(cannedReplies)
          .where(and(eq(appKey, app), inArray(agentKey, [SHARED, agent])))
          .orderBy(asc(name), asc(key)),
      ),
  }
}
