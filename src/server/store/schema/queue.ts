import { sql } from 'drizzle-orm'
import type { PriorityRank } from '../../core/model.js'
import type { Kit } from '../kit.js'

/** Conversations that wait, and the counters that make a position cost the same at any length. */
export function queueTables({ table, key, text, int, big, index, uniqueIndex, primaryKey }: Kit) {
  const queueEntries = table(
    'queue_entries',
    {
      key: key(),
      appKey: big('app_key').notNull(),
      conversationKey: big('conversation_key').notNull(),
      reason: text('reason'),
      /** 0 high, 1 normal, 2 low. */
      priority: int('priority').$type<PriorityRank>().notNull(),
      requestedAt: big('requested_at').notNull(),
      claimedAt: big('claimed_at'),
      claimedByKey: big('claimed_by_key'),
      leftAt: big('left_at'),
    },
    (t) => [
      index('queue_entries_order')
        .on(t.appKey, t.priority, t.requestedAt, t.key)
        .where(sql`${t.leftAt} is null`),
      uniqueIndex('queue_entries_waiting').on(t.conversationKey).where(sql`${t.leftAt} is null`),
      index('queue_entries_conversation').on(t.conversationKey, t.key),
    ],
  )

  // A radix tree of counters over requested_at: slot = requested_at / 64^level, level 7 counts all.
  const queueCounts = table(
    'queue_counts',
    {
      appKey: big('app_key').notNull(),
      priority: int('priority').$type<PriorityRank>().notNull(),
      level: int('level').notNull(),
      slot: big('slot').notNull(),
      waiting: int('waiting').notNull(),
    },
    (t) => [primaryKey({ columns: [t.appKey, t.priority, t.level, t.slot] })],
  )

  const queueWaits = table(
    'queue_waits',
    {
      appKey: big('app_key').notNull(),
      priority: int('priority').$type<PriorityRank>().notNull(),
      averageMs: big('average_ms').notNull(),
    },
    (t) => [primaryKey({ columns: [t.appKey, t.priority] })],
  )

  /** The number of the last change of an app's queue, for views that must notice a hole. */
  const queueChanges = table('queue_changes', {
    appKey: big('app_key').primaryKey(),
    change: big('change').notNull(),
  })

  const cannedReplies = table(
    'canned_replies',
    {
      key: key(),
      id: text('id').notNull(),
      appKey: big('app_key').notNull(),
      /** 0 for one that all agents of the app share. */
      agentKey: big('agent_key').notNull(),
      name: text('name').notNull(),
      text: text('text').notNull(),
      updatedAt: big('updated_at').notNull(),
    },
    (t) => [
      uniqueIndex('canned_replies_id').on(t.id),
      uniqueIndex('canned_replies_name').on(t.appKey, t.agentKey, t.name),
    ],
  )

  return { queueEntries, queueCounts, queueWaits, queueChanges, cannedReplies }
}
