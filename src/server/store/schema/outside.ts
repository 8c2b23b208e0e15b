import { sql } from 'drizzle-orm'
import type { DeliveryKind, DeliveryState, Json } from '../../core/model.js'
import type { EventType } from '../../core/outbox/model.js'
import type { Kit } from '../kit.js'

/** What reaches the outside, and the instance's own facts. */
export function outsideTables(kit: Kit) {
  const { table, key, text, int, big, bool, json, transactionNumber, index, uniqueIndex } = kit

  const webhooks = table(
    'webhooks',
    {
      key: key(),
      id: text('id').notNull(),
      appKey: big('app_key').notNull(),
      url: text('url').notNull(),
      /** Empty: every type. */
      events: json<EventType[]>('events').notNull(),
      secret: text('secret').notNull(),
      /** While a secret is rotated both sign. */
      previousSecret: text('previous_secret'),
      previousSecretUntil: big('previous_secret_until'),
      enabled: bool('enabled').notNull(),
      disabledReason: text('disabled_reason'),
      /** Since when no attempt has succeeded. */
      failingSince: big('failing_since'),
      /** Made from the server's own settings, which alone change it. */
      configured: bool('configured').notNull().default(false),
      createdAt: big('created_at').notNull(),
    },
    (t) => [uniqueIndex('webhooks_id').on(t.id), index('webhooks_app').on(t.appKey)],
  )

  /** What happened, for those outside: written with the change, kept for a while. */
  const outboxEvents = table(
    'outbox_events',
    {
      key: key(),
      id: text('id').notNull(),
      appKey: big('app_key').notNull(),
      type: text('type').$type<EventType>().notNull(),
      conversationKey: big('conversation_key'),
      data: json<Json>('data').notNull(),
      transaction: transactionNumber('transaction'),
      at: big('at').notNull(),
    },
    (t) => [
      index('outbox_events_app').on(t.appKey, t.transaction, t.key),
      index('outbox_events_at').on(t.at),
    ],
  )

  const deliveries = table(
    'deliveries',
    {
      key: key(),
      id: text('id').notNull(),
      appKey: big('app_key').notNull(),
      kind: text('kind').$type<DeliveryKind>().notNull(),
      /** Of a webhook its id. */
      target: text('target').notNull(),
      webhookKey: big('webhook_key'),
      eventKey: big('event_key'),
      /** Deliveries of one lane to one target arrive in order while the target is healthy. */
      lane: big('lane'),
      /** Null where the event is all there is to tell. */
      payload: json<Json>('payload'),
      attempts: int('attempts').notNull().default(0),
      /** Attempts before it was last put back by a person: the schedule counts from there. */
      attemptsBefore: int('attempts_before').notNull().default(0),
      /** 0: at once, whatever the clocks of the nodes say. */
      nextAttemptAt: big('next_attempt_at'),
      state: text('state').$type<DeliveryState>().notNull(),
      lastError: text('last_error'),
      lastStatus: int('last_status'),
      createdAt: big('created_at').notNull(),
      endedAt: big('ended_at'),
    },
    (t) => [
      uniqueIndex('deliveries_id').on(t.id),
      index('deliveries_due').on(t.webhookKey, t.nextAttemptAt, t.key).where(sql`${t.state} = 'pending'`),
      // At most one push that waits for each device and conversation: a newer one takes its place.
      uniqueIndex('deliveries_pushes')
        .on(t.target, t.lane)
        .where(sql`${t.kind} = 'push' and ${t.state} = 'pending'`),
      index('deliveries_event').on(t.eventKey).where(sql`${t.state} <> 'done'`),
      index('deliveries_target').on(t.webhookKey, t.key),
      index('deliveries_ended').on(t.endedAt).where(sql`${t.endedAt} is not null`),
    ],
  )

  /** What was asked and answered, attempt by attempt. */
  const deliveryAttempts = table(
    'delivery_attempts',
    {
      key: key(),
      deliveryKey: big('delivery_key')
        .notNull()
        .references(() => deliveries.key, { onDelete: 'cascade' }),
      attempt: int('attempt').notNull(),
      at: big('at').notNull(),
      durationMs: int('duration_ms').notNull(),
      status: int('status'),
      error: text('error'),
      responseBody: text('response_body'),
    },
    (t) => [index('delivery_attempts_delivery').on(t.deliveryKey)],
  )

  /** Work that one node does at a time: whoever holds the name, until when. */
  const leases = table('leases', {
    name: text('name').primaryKey(),
    holder: text('holder').notNull(),
    until: big('until').notNull(),
  })

  /** Facts of the instance: how far the search index reaches, which schema wrote last. */
  const instanceFacts = table('instance_facts', {
    name: text('name').primaryKey(),
    value: text('value').notNull(),
  })

  return { webhooks, outboxEvents, deliveries, deliveryAttempts, leases, instanceFacts }
}
