import { and, desc, eq, gt, isNull, lt } from 'drizzle-orm'
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
  const byOperator = lazily(() =>
    db
      .select({ key: auditEvents.key })
      .from(auditEvents)
      .where(and(gt(auditEvents.key, p('after')), eq(auditEvents.actorType, 'operator')))
      .limit(1)
      .prepare('audit_operator_since'),
  )
  return {
    newestKey: async () => (await first(newest().execute()))?.key ?? 0,
    operatorSince: async (after) => (await first(byOperator().execute({ after }))) !== undefined,
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
