import {
  and,
  asc,
  between,
  count,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNull,
  lt,
  lte,
  ne,
  type SQL,
  sql,
} from 'drizzle-orm'
import type { DeliveryQueries } from '../../core/ports/outbox.js'
import { type Access, first, lazily, p, run, touched } from './access.js'
import { manyInserter } from './many.js'

export function deliveryQueries(access: Access): DeliveryQueries {
  return {
    ...deliveryWrites(access),
    ...pushQueries(access),
    ...deliveryOutcomes(access),
    ...deliveryReads(access),
    ...deliveryAttemptQueries(access),
  }
}

type Writes = Pick<
  DeliveryQueries,
  'insertMany' | 'postpone' | 'rush' | 'hasten' | 'reviveOne' | 'revive' | 'prune'
>

function deliveryWrites({ db, schema: { deliveries }, dialect }: Access): Writes {
  const {
    appKey,
    attempts,
    attemptsBefore,
    createdAt,
    endedAt,
    key,
    kind,
    nextAttemptAt,
    state,
    webhookKey,
  } = deliveries
  const insertMany = manyInserter(db, 'deliveries_insert', deliveries)
  const pending = eq(state, 'pending')
  const postpone = lazily(() =>
    db
      .update(deliveries)
      .set({ nextAttemptAt: sql`${p('until')}` })
      .where(and(dialect.keyIn(key, 'keys'), pending))
      .prepare('deliveries_postpone'),
  )
  const revive = (which: SQL | undefined) =>
    db
      .update(deliveries)
      .set({ state: 'pending', attemptsBefore: sql`${attempts}`, nextAttemptAt: 0, endedAt: null })
      .where(and(ne(state, 'pending'), which))
      .returning({ key })
  return {
    insertMany,
    postpone: async (keys, until) => {
      await postpone().execute({ keys: dialect.keys(keys), until })
    },
    rush: async (webhook) => {
      const untried = and(sql`${attempts} = ${attemptsBefore}`, gt(nextAttemptAt, 0))
      await db
        .update(deliveries)
        .set({ nextAttemptAt: 0 })
        .where(and(eq(webhookKey, webhook), sql`${state} = 'pending'`, untried))
    },
    hasten: async (byMs) => {
      await db
        .update(deliveries)
        .set({ nextAttemptAt: sql`${nextAttemptAt} - ${byMs}` })
        .where(and(sql`${state} = 'pending'`, gt(nextAttemptAt, byMs)))
    },
    reviveOne: (delivery) => touched(revive(eq(key, delivery))),
    revive: async (app, filter) => {
      const ofWebhook = filter.webhookKey === undefined ? undefined : eq(webhookKey, filter.webhookKey)
      const since = filter.since === undefined ? undefined : gte(createdAt, filter.since)
      return (await revive(and(eq(appKey, app), eq(state, 'dead'), ne(kind, 'push'), ofWebhook, since)))
        .length
    },
    prune: async (endedBefore, limit) => {
      const old = db
        .select({ key })
        .from(deliveries)
        .where(and(sql`${endedAt} is not null`, lt(endedAt, endedBefore)))
        .orderBy(asc(endedAt))
        .limit(limit)
      return (await db.delete(deliveries).where(inArray(key, old)).returning({ key })).length
    },
  }
}

type Pushes = Pick<DeliveryQueries, 'savePushes' | 'duePushes'>

function pushQueries({ db, schema: { deliveries } }: Access): Pushes {
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

type Outcomes = Pick<DeliveryQueries, 'succeed' | 'settle'>

function deliveryOutcomes({ db, schema: { deliveries }, dialect }: Access): Outcomes {
  const { attempts, id, key, state } = deliveries
  const succeed = lazily(() =>
    db
      .update(deliveries)
      .set({
        attempts: sql`${attempts} + 1`,
        state: 'done',
        nextAttemptAt: null,
        lastError: null,
        lastStatus: sql`${p('status')}`,
        endedAt: sql`${p('at')}`,
      })
      .where(and(dialect.keyIn(key, 'keys'), ne(state, 'done')))
      .prepare('deliveries_succeed'),
  )
  return {
    succeed: async (keys, at, status) => {
      await succeed().execute({ keys: dialect.keys(keys), at, status })
    },
    settle: async (delivery, patch) => {
      await db
        .update(deliveries)
        .set(patch)
        .where(and(eq(id, delivery), eq(state, 'pending')))
    },
  }
}

type Reads = Pick<DeliveryQueries, 'byId' | 'list' | 'ofEvent' | 'due' | 'troubled' | 'outstanding'>

function deliveryReads({ db, schema: { deliveries } }: Access): Reads {
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

type Attempts = Pick<DeliveryQueries, 'insertAttempts' | 'attempts'>

function deliveryAttemptQueries({ db, schema, dialect }: Access): Attempts {
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
