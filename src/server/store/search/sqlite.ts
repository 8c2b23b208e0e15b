import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Kit } from '../kit.js'
import type { Db } from '../queries/access.js'
import type { Schema } from '../schema.js'
import type { MatchPage, SearchIndex } from './index.js'

// The FTS5 table of migrations/sqlite/0001_search.sql: without the texts themselves and without positions.
const messageSearch = sqliteTable('message_search', {
  rowid: integer('rowid').notNull(),
  words: text('words').notNull(),
}) as unknown as ReturnType<typeof canonical>
const canonical = ({ table, big, text }: Kit) =>
  table('message_search', { rowid: big('rowid').notNull(), words: text('words').notNull() })

// A word of its own for each app, so that the index itself leaves out the messages of the others.
const appWord = (appKey: number) => `app${appKey}`

/** Full-text search by SQLite's FTS5. */
export function sqliteSearch(db: Db, { messages, conversations }: Schema): SearchIndex {
  async function matches({ appKey, words, notes, beforeKey, limit }: MatchPage) {
    const query = [appWord(appKey), ...words].map((word) => `"${word}"`).join(' AND ')
    return await db
      .select({ messageKey: messages.key, conversationKey: messages.conversationKey })
      .from(messageSearch)
      .innerJoin(messages, eq(messages.key, messageSearch.rowid))
      .innerJoin(conversations, eq(conversations.key, messages.conversationKey))
      .where(
        and(
          sql`message_search match ${`${query}*`}`,
          lt(messageSearch.rowid, beforeKey),
          eq(conversations.appKey, appKey),
          eq(conversations.kind, 'support'),
          isNull(messages.deletedAt),
          notes ? undefined : eq(messages.internal, false),
        ),
      )
      .orderBy(desc(messageSearch.rowid))
      .limit(limit)
  }

  return {
    matches,
    late: undefined,
    add: async (entries) => {
      const rows = entries.map(({ key, appKey, words }) => ({
        rowid: key,
        words: [appWord(appKey), ...words].join(' '),
      }))
      if (rows.length > 0) await db.insert(messageSearch).values(rows)
    },
    remove: async (messageKeys) => {
      const listed = sql`rowid in (select value from json_each(${JSON.stringify(messageKeys)}))`
      await db.delete(messageSearch).where(listed)
    },
  }
}
