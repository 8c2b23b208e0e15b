import { and, desc, eq, isNull, lt } from 'drizzle-orm'
import type { AuditQueries } from '../../core/ports/audit.js'
import { type Access, run } from './access.js'

export function auditQueries({ db, schema: { auditEvents } }: Access): AuditQueries {
  return {
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
