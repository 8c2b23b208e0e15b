import { and, asc, between, desc, eq, gt, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import type { OutboxEventQueries } from '../../core/ports/outbox.js'
import { type Access, first, lazily, named, only, p, run } from './access.js'

export function outboxEventQueries(access: Access): OutboxEventQueries {
  return { ...eventWrites(access), ...eventReads(access) }
}

type Writes = Pick<OutboxEventQueries, 'insert' | 'prune'>

function eventWrites({ db, schema: { deliveries, outboxEvents } }: Access): Writes {
  const { at, key } = outboxEvents
  const insert = lazily(() =>
    db
      .insert(outboxEvents)
      .values({
        id: p('id'),
        appKey: p('appKey'),
        type: p('type'),
        conversationKey: p('conversationKey'),
        data: p('data'),
        at: p('at'),
      })
      .returning({ key })
      .prepare('outbox_events_insert'),
  )
  const needed = sql`exists (select 1 from ${deliveries}
    where ${deliveries.eventKey} = ${key} and ${deliveries.state} <> 'done')`
  return {
    insert: async (event) => (await only(insert().execute(named(event)))).key,
    prune: async (before, limit) => {
      // The newest stays: SQLite would give its key again, and readers stand behind keys.
      const newest = sql`(select max(${key}) from ${outboxEvents})`
      const old = db
        .select({ key })
        .from(outboxEvents)
        .where(and(lt(at, before), sql`${key} < ${newest}`, sql`not ${needed}`))
        .orderBy(asc(at))
        .limit(limit)
      return (await db.delete(outboxEvents).where(inArray(key, old)).returning({ key })).length
    },
  }
}

type Reads = Pick<OutboxEventQueries, 'byKeys' | 'between' | 'after' | 'end'>

function eventReads({ db, schema: { outboxEvents }, dialect }: Access): Reads {
  const { appKey, at, conversationKey, key, transaction, type } = outboxEvents
  const byKeys = lazily(() =>
    db.select().from(outboxEvents).where(dialect.keyIn(key, 'keys')).prepare('outbox_events_by_keys'),
  )
  const settled = (condition: SQL | undefined) => and(condition, dialect.settled(transaction))
  return {
    byKeys: (keys) => run(byKeys().execute({ keys: dialect.keys(keys) })),
    between: (of, from, through, limit) =>
      run(
        db
          .select()
          .from(outboxEvents)
          .where(
            and(
              between(at, from, through),
              eq(appKey, of.appKey),
              eq(conversationKey, of.conversationKey),
              eq(type, of.type),
            ),
          )
          .orderBy(asc(at))
          .limit(limit),
      ),
    after: (app, place, { types, limit }) => {
      const behind = or(
        gt(transaction, place.transaction),
        and(eq(transaction, place.transaction), gt(key, place.key)),
      )
      const asked = types === undefined || types.length === 0 ? undefined : inArray(type, types)
      return run(
        db
          .select()
          .from(outboxEvents)
          .where(settled(and(eq(appKey, app), behind, asked)))
          .orderBy(asc(transaction), asc(key))
          .limit(limit),
      )
    },
    end: async (app) => {
      const last = await first(
        db
          .select({ transaction, key })
          .from(outboxEvents)
          .where(settled(eq(appKey, app)))
          .orderBy(desc(transaction), desc(key))
          .limit(1),
      )
      return last ?? { transaction: 0, key: 0 }
    },
  }
}
