import { and, asc, eq, isNotNull, sql } from 'drizzle-orm'
import type { Webhook } from '../../core/outbox/model.js'
import type { WebhookQueries } from '../../core/ports/outbox.js'
import { type Access, first, lazily, only, p, run } from './access.js'
import { patcher } from './patch.js'

export function webhookQueries(access: Access): WebhookQueries {
  const { db, schema } = access
  const { deliveries, webhooks } = schema
  const list = lazily(() =>
    db
      .select()
      .from(webhooks)
      .where(eq(webhooks.appKey, p('appKey')))
      .orderBy(asc(webhooks.key))
      .prepare('webhooks_list'),
  )
  const due = lazily(() => selectDue(access).prepare('webhooks_due'))
  return {
    insert: async (webhook) => {
      const inserted = await only(db.insert(webhooks).values(webhook).returning())
      // SQLite may give the key of one that was removed, for which a late transaction still wrote something.
      await db.delete(deliveries).where(eq(deliveries.webhookKey, inserted.key))
      return inserted
    },
    update: patcher<Webhook>(db, 'webhooks_update', webhooks),
    remove: async (key) => {
      await db.delete(deliveries).where(eq(deliveries.webhookKey, key))
      await db.delete(webhooks).where(eq(webhooks.key, key))
    },
    byId: (appKey, id) =>
      first(
        db
          .select()
          .from(webhooks)
          .where(and(eq(webhooks.appKey, appKey), eq(webhooks.id, id))),
      ),
    byKey: (key) => first(db.select().from(webhooks).where(eq(webhooks.key, key))),
    list: (appKey) => run(list().execute({ appKey })),
    configured: () => run(db.select().from(webhooks).where(eq(webhooks.configured, true))),
    excuse: async (byMs) => {
      const { failingSince } = webhooks
      await db
        .update(webhooks)
        .set({ failingSince: sql`${failingSince} + ${byMs}` })
        .where(isNotNull(failingSince))
    },
    due: (at, limit) => run(due().execute({ at, limit })),
  }
}

/** One probe of the index of pending ones for each webhook: it costs the same however many wait. */
function selectDue({ db, schema: { deliveries, webhooks } }: Access) {
  const { nextAttemptAt, state, webhookKey } = deliveries
  const first = sql`(select ${nextAttemptAt} from ${deliveries} where ${webhookKey} = ${webhooks.key}
    and ${state} = 'pending' order by ${nextAttemptAt} limit 1)`
  return db
    .select()
    .from(webhooks)
    .where(and(eq(webhooks.enabled, true), sql`${first} <= ${p('at')}`))
    .orderBy(first, asc(webhooks.key))
    .limit(p('limit'))
}
