import { and, asc, isNull, lte, sql } from 'drizzle-orm'
import type { DeliveryQueries } from '../../core/ports/outbox.js'
import { type Access, lazily, p, run } from './access.js'

type Pushes = Pick<DeliveryQueries, 'savePushes' | 'duePushes'>

/** Deliveries to push services, of which a newer one takes the place of one that waits. */
export function pushQueries({ db, schema: { deliveries } }: Access): Pushes {
  const { attempts, key, lane, nextAttemptAt, target, webhookKey } = deliveries
  // Written out, because an index of pending ones serves no parameter.
  const pendingPush = sql`kind = 'push' and state = 'pending'`
  const given = (name: string) => sql.raw(`excluded."${name}"`)
  const duePushes = lazily(() =>
    db
      .select()
      .from(deliveries)
      .where(and(isNull(webhookKey), pendingPush, lte(nextAttemptAt, sql`${p('through')}`)))
      .orderBy(asc(nextAttemptAt), asc(key))
      .limit(p('limit'))
      .prepare('deliveries_due_pushes'),
  )
  return {
    savePushes: async (pushes) => {
      await db
        .insert(deliveries)
        .values(pushes)
        .onConflictDoUpdate({
          target: [target, lane],
          targetWhere: pendingPush,
          set: {
            id: given('id'),
            payload: given('payload'),
            createdAt: given('created_at'),
            attemptsBefore: sql`${attempts}`,
          },
        })
    },
    duePushes: (through, limit) => run(duePushes().execute({ through, limit })),
  }
}
