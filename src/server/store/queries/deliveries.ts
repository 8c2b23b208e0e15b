import { and, asc, eq, gt, gte, inArray, lt, ne, type SQL, sql } from 'drizzle-orm'
import type { DeliveryQueries } from '../../core/ports/outbox.js'
import { type Access, lazily, p, touched } from './access.js'
import { deliveryAttemptQueries } from './delivery-attempts.js'
import { deliveryReads } from './delivery-reads.js'
import { manyInserter } from './many.js'
import { pushQueries } from './pushes.js'

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
