import { and, asc, eq, sql } from 'drizzle-orm'
import type { QueueQueries } from '../../core/ports/queue.js'
import { type Access, first, lazily, only, p, run } from './access.js'

type Facts = Pick<
  QueueQueries,
  'sizes' | 'averageWait' | 'averageWaits' | 'recordWait' | 'nextChange' | 'change'
>

/** Numbers about an app's queue as a whole. */
export function queueFacts(access: Access): Facts {
  return { ...waits(access), ...changeNumbers(access), sizes: sizes(access) }
}

function sizes({ db, schema: { queueCounts } }: Access): Facts['sizes'] {
  const { appKey, priority, level, waiting } = queueCounts
  return (app) =>
    run(
      db
        .select({ priority, waiting })
        .from(queueCounts)
        .where(and(eq(appKey, app), eq(level, 7)))
        .orderBy(asc(priority)),
    )
}

function waits({
  db,
  schema: { queueWaits },
}: Access): Pick<Facts, 'averageWait' | 'averageWaits' | 'recordWait'> {
  const { appKey, priority, averageMs } = queueWaits
  const one = lazily(() =>
    db
      .select()
      .from(queueWaits)
      .where(and(eq(appKey, p('appKey')), eq(priority, p('priority'))))
      .prepare('queue_waits_one'),
  )
  return {
    averageWait: async (app, rank) =>
      (await first(one().execute({ appKey: app, priority: rank })))?.averageMs,
    averageWaits: (app) =>
      run(db.select({ priority, averageMs }).from(queueWaits).where(eq(appKey, app)).orderBy(asc(priority))),
    recordWait: async (app, rank, waitedMs) => {
      await db
        .insert(queueWaits)
        .values({ appKey: app, priority: rank, averageMs: Math.round(waitedMs) })
        .onConflictDoUpdate({
          target: [appKey, priority],
          set: { averageMs: sql`(${averageMs} * 9 + excluded.average_ms + 5) / 10` },
        })
    },
  }
}

function changeNumbers({ db, schema: { queueChanges } }: Access): Pick<Facts, 'nextChange' | 'change'> {
  const { appKey, change } = queueChanges
  const next = lazily(() =>
    db
      .insert(queueChanges)
      .values({ appKey: sql`${p('appKey')}`, change: 1 })
      .onConflictDoUpdate({ target: appKey, set: { change: sql`${change} + 1` } })
      .returning()
      .prepare('queue_changes_next'),
  )
  const last = lazily(() =>
    db
      .select()
      .from(queueChanges)
      .where(eq(appKey, p('appKey')))
      .prepare('queue_changes_last'),
  )
  return {
    nextChange: async (app) => (await only(next().execute({ appKey: app }))).change,
    change: async (app) => (await first(last().execute({ appKey: app })))?.change ?? 0,
  }
}
