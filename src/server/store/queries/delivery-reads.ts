import { and, asc, between, count, desc, eq, lt, sql } from 'drizzle-orm'
import type { DeliveryQueries } from '../../core/ports/outbox.js'
import { type Access, first, lazily, p, run } from './access.js'

type Reads = Pick<DeliveryQueries, 'byId' | 'list' | 'ofEvent' | 'due' | 'troubled' | 'outstanding'>

/** Deliveries as they are looked up, listed, and looked for when they are due. */
export function deliveryReads({ db, schema: { deliveries } }: Access): Reads {
  const { appKey, attempts, attemptsBefore, eventKey, id, key, lane, nextAttemptAt, state, webhookKey } =
    deliveries
  // Written out, because an index of pending ones serves no parameter.
  const pending = sql`${state} = 'pending'`
  const due = lazily(() =>
    db
      .select()
      .from(deliveries)
      .where(
        and(
          eq(webhookKey, p('webhookKey')),
          pending,
          between(nextAttemptAt, sql`${p('from')}`, sql`${p('through')}`),
        ),
      )
      .orderBy(asc(nextAttemptAt), asc(key))
      .limit(p('limit'))
      .prepare('deliveries_due'),
  )
  return {
    byId: (app, delivery) =>
      first(
        db
          .select()
          .from(deliveries)
          .where(and(eq(appKey, app), eq(id, delivery))),
      ),
    list: (app, { webhookKey: webhook, state: asked, beforeKey, limit }) =>
      run(
        db
          .select()
          .from(deliveries)
          .where(
            and(
              eq(appKey, app),
              webhook === undefined ? undefined : eq(webhookKey, webhook),
              asked === undefined ? undefined : eq(state, asked),
              beforeKey === undefined ? undefined : lt(key, beforeKey),
            ),
          )
          .orderBy(desc(key))
          .limit(limit),
      ),
    ofEvent: (event, from, through) =>
      run(
        db
          .select()
          .from(deliveries)
          .where(and(between(id, from, through), eq(eventKey, event)))
          .orderBy(asc(key)),
      ),
    due: (webhook, from, through, limit) => run(due().execute({ webhookKey: webhook, from, through, limit })),
    troubled: async (webhook) => {
      const once = and(sql`${attempts} = ${attemptsBefore} + 1`, sql`${lane} is not null`)
      const rows = await db
        .select({ key, lane: sql<number>`${lane}`.mapWith(Number), nextAttemptAt })
        .from(deliveries)
        .where(and(eq(webhookKey, webhook), pending, once))
      return rows.map((row) => ({ ...row, nextAttemptAt: row.nextAttemptAt ?? 0 }))
    },
    // Written like the condition of an index, which leaves out all that is done.
    outstanding: () =>
      run(
        db.select({ state, count: count() }).from(deliveries).where(sql`${state} <> 'done'`).groupBy(state),
      ),
  }
}
