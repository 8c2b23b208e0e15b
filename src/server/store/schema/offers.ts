import { sql } from 'drizzle-orm'
import type { OfferOutcome } from '../../core/routing/offer.js'
import type { Kit } from '../kit.js'

/** Waiting conversations that were put before an agent, one agent at a time. */
export function offerTables({ table, key, text, big, index, uniqueIndex }: Kit) {
  const offers = table(
    'offers',
    {
      key: key(),
      appKey: big('app_key').notNull(),
      conversationKey: big('conversation_key').notNull(),
      entryKey: big('entry_key').notNull(),
      agentKey: big('agent_key').notNull(),
      offeredAt: big('offered_at').notNull(),
      endsAt: big('ends_at').notNull(),
      endedAt: big('ended_at'),
      outcome: text('outcome').$type<OfferOutcome>(),
    },
    (t) => [
      uniqueIndex('offers_open').on(t.conversationKey).where(sql`${t.endedAt} is null`),
      // Two looks at the queue at once must not ask one agent twice. Also finds the open offers of an app.
      uniqueIndex('offers_open_agent').on(t.appKey, t.agentKey).where(sql`${t.endedAt} is null`),
      index('offers_declined').on(t.appKey, t.endedAt).where(sql`${t.outcome} = 'declined'`),
      index('offers_entry').on(t.entryKey),
      index('offers_agent').on(t.appKey, t.agentKey, t.key),
    ],
  )
  return { offers }
}
