import { sql } from 'drizzle-orm'
import type { BotOutcome } from '../../core/bot/turn.js'
import type { Kit } from '../kit.js'

/** What the bot has to answer, and what its answers cost. */
export function botTables({ table, key, text, int, big, index, uniqueIndex }: Kit) {
  const botTurns = table(
    'bot_turns',
    {
      key: key(),
      id: text('id').notNull(),
      appKey: big('app_key').notNull(),
      conversationKey: big('conversation_key').notNull(),
      /** Of the visitor's newest message when the turn was written. */
      sequence: int('sequence').notNull(),
      /** How often somebody set out to answer it: more than once after a crash. */
      takes: int('takes').notNull().default(0),
      leaseOwner: text('lease_owner'),
      leasedUntil: big('leased_until'),
      inputTokens: int('input_tokens').notNull().default(0),
      outputTokens: int('output_tokens').notNull().default(0),
      createdAt: big('created_at').notNull(),
      endedAt: big('ended_at'),
      outcome: text('outcome').$type<BotOutcome>(),
    },
    (t) => [
      uniqueIndex('bot_turns_id').on(t.id),
      uniqueIndex('bot_turns_open').on(t.conversationKey).where(sql`${t.endedAt} is null`),
      index('bot_turns_due').on(t.createdAt, t.key).where(sql`${t.endedAt} is null`),
      index('bot_turns_app').on(t.appKey, t.createdAt),
      index('bot_turns_conversation').on(t.conversationKey),
    ],
  )

  return { botTurns }
}
