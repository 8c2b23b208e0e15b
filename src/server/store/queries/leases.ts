import { and, eq, gt, lte, or, sql } from 'drizzle-orm'
import type { LeaseQueries } from '../../core/ports/outbox.js'
import { type Access, lazily, p, touched } from './access.js'

export function leaseQueries({ db, schema: { leases } }: Access): LeaseQueries {
  const now = sql`${p('now')}`
  // One that ends later than any holder would ask for was taken before a clock went back: it holds for nobody.
  const beyond = sql`${p('beyond')}`
  const take = lazily(() =>
    db
      .insert(leases)
      .values({ name: p('name'), holder: p('holder'), until: p('until') })
      .onConflictDoUpdate({
        target: leases.name,
        set: { holder: sql`excluded.holder`, until: sql`excluded.until` },
        setWhere: or(
          lte(leases.until, now),
          gt(leases.until, beyond),
          eq(leases.holder, sql`${p('holder')}`),
        ),
      })
      .returning({ name: leases.name })
      .prepare('leases_take'),
  )
  return {
    take: (name, holder, at, until) =>
      touched(take().execute({ name, holder, now: at, until, beyond: 2 * until - at })),
    release: async (name, holder) => {
      await db.delete(leases).where(and(eq(leases.name, name), eq(leases.holder, holder)))
    },
  }
}
