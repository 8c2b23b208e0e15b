import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import { bigint, customType, pgTable } from 'drizzle-orm/pg-core'
import type { Db } from '../queries/access.js'
import type { Schema } from '../schema.js'
import type { MatchPage, SearchIndex } from './index.js'

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

// The table of migrations/postgres/0001_search.sql.
const messageSearch = pgTable('message_search', {
  messageKey: bigint('message_key', { mode: 'number' }).primaryKey(),
  words: tsvector('words').notNull(),
})

// Keys are given at the insert and seen at the commit: one may turn up below those that were indexed already.
const LATE_KEYS = 1_000

// A word of its own for each app, so that the index itself leaves out the messages of the others.
const appWord = (appKey: number) => `app${appKey}`

/** Full-text search by Postgres' tsvector, made of our own words and not by a language's parser. */
export function postgresSearch(db: Db, { messages, conversations }: Schema): SearchIndex {
  async function matches({ appKey, words, notes, beforeKey, limit }: MatchPage) {
    const query = [appWord(appKey), ...words].map((word) => `'${word}'`).join(' & ')
    return await db
      .select({ messageKey: messages.key, conversationKey: messages.conversationKey })
      .from(messageSearch)
      .innerJoin(messages, eq(messages.key, messageSearch.messageKey))
      .innerJoin(conversations, eq(conversations.key, messages.conversationKey))
      .where(
        and(
          sql`${messageSearch.words} @@ ${`${query}:*`}::tsquery`,
          lt(messageSearch.messageKey, beforeKey),
          eq(conversations.appKey, appKey),
          eq(conversations.kind, 'support'),
          isNull(messages.deletedAt),
          notes ? undefined : eq(messages.internal, false),
        ),
      )
      .orderBy(desc(messageSearch.messageKey))
      .limit(limit)
  }

  return {
    matches,
    late: {
      keys: LATE_KEYS,
      missing: sql`not exists (select 1 from message_search where message_key = ${messages.key})`,
    },
    add: async (entries) => {
      const rows = entries.map(({ key, appKey, words }) => ({
        messageKey: key,
        words: sql`array_to_tsvector(${sql.param([...new Set([appWord(appKey), ...words])])}::text[])`,
      }))
      if (rows.length > 0) await db.insert(messageSearch).values(rows).onConflictDoNothing()
    },
    remove: async (messageKeys) => {
      await db
        .delete(messageSearch)
        .where(sql`${messageSearch.messageKey} = any(${sql.param(messageKeys)}::bigint[])`)
    },
  }
}
