import type { DeliveryKind, DeliveryState, Json } from '../../core/model.js'
import type { Kit } from '../kit.js'

/** What reaches the outside, and the instance's own facts. */
export function outsideTables({ table, key, text, int, big, bool, json, index, uniqueIndex }: Kit) {
  const webhooks = table(
    'webhooks',
    {
      key: key(),
      id: text('id').notNull(),
      appKey: big('app_key').notNull(),
      url: text('url').notNull(),
      events: json<string[]>('events').notNull(),
      secret: text('secret').notNull(),
      enabled: bool('enabled').notNull(),
      createdAt: big('created_at').notNull(),
    },
    (t) => [uniqueIndex('webhooks_id').on(t.id), index('webhooks_app').on(t.appKey)],
  )

  const deliveries = table(
    'deliveries',
    {
      key: key(),
      id: text('id').notNull(),
      appKey: big('app_key').notNull(),
      kind: text('kind').$type<DeliveryKind>().notNull(),
      target: text('target').notNull(),
      payload: json<Json>('payload').notNull(),
      attempts: int('attempts').notNull().default(0),
      nextAttemptAt: big('next_attempt_at'),
      state: text('state').$type<DeliveryState>().notNull(),
      lastError: text('last_error'),
      createdAt: big('created_at').notNull(),
    },
    (t) => [uniqueIndex('deliveries_id').on(t.id), index('deliveries_due').on(t.state, t.nextAttemptAt)],
  )

  /** Facts of the instance: how far the search index reaches, which schema wrote last. */
  const instanceFacts = table('instance_facts', {
    name: text('name').primaryKey(),
    value: text('value').notNull(),
  })

  return { webhooks, deliveries, instanceFacts }
}
