import { and, asc, desc, eq, gt, isNull, lt } from 'drizzle-orm'
import type { AuditQueries } from '../../core/ports/audit.js'
import { type Access, first, lazily, p, run } from './access.js'

export function auditQueries({ db, schema: { auditEvents } }: Access): AuditQueries {
  const newest = lazily(() =>
    db
      .select({ key: auditEvents.key })
      .from(auditEvents)
      .orderBy(desc(auditEvents.key))
      .limit(1)
      .prepare('audit_newest'),
  )
  const byOperators = lazily(() =>
    db
      .select({ key: auditEvents.key, appKey: auditEvents.appKey })
      .from(auditEvents)
      .where(and(gt(auditEvents.key, p('after')), eq(auditEvents.actorType, 'operator')))
      .orderBy(asc(auditEvents.key))
      .prepare('audit_by_operators_since'),
  )
  return {
    newestKey: async () => (await first(newest().execute()))?.key ?? 0,
    byOperatorsSince: (after) => run(byOperators().execute({ after })),
    insert: async (event) => {
      await db.insert(auditEvents).values(event)
    },
    list: (appKey, { beforeKey, limit, action }) =>
      run(
        db
          .select()
          .from(auditEvents)
          .where(
            and(
              appKey === null ? isNull(auditEvents.appKey) : eq(auditEvents.appKey, appKey),
              beforeKey === undefined ? undefined : lt(auditEvents.key, beforeKey),
              action === undefined ? undefined : eq(auditEvents.action, action),
            ),
          )
          .orderBy(desc(auditEvents.key))
          .limit(limit),
      ),
  }
}
