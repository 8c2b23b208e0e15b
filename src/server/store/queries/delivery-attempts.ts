import { asc, eq } from 'drizzle-orm'
import type { DeliveryQueries } from '../../core/ports/outbox.js'
import { type Access, lazily, run } from './access.js'

type Attempts = Pick<DeliveryQueries, 'insertAttempts' | 'attempts'>

/** The tries of each delivery, which go with it. */
export function deliveryAttemptQueries({ db, schema, dialect }: Access): Attempts {
  const { deliveries, deliveryAttempts } = schema
  const { deliveryKey, key } = deliveryAttempts
  const present = lazily(() =>
    db
      .select({ key: deliveries.key })
      .from(deliveries)
      .where(dialect.keyIn(deliveries.key, 'keys'))
      .prepare('deliveries_present'),
  )
  return {
    insertAttempts: async (attempts) => {
      const keys = dialect.keys(attempts.map((attempt) => attempt.deliveryKey))
      const there = new Set((await present().execute({ keys })).map((row) => row.key))
      const kept = attempts.filter((attempt) => there.has(attempt.deliveryKey))
      if (kept.length > 0) await db.insert(deliveryAttempts).values(kept)
    },
    attempts: (delivery) =>
      run(db.select().from(deliveryAttempts).where(eq(deliveryKey, delivery)).orderBy(asc(key))),
  }
}
