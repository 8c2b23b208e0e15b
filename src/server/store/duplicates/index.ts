import { and, asc, eq } from 'drizzle-orm'
import type { MessageRow } from '../../core/model.js'
import { type Access, lazily, p } from '../queries/access.js'

/** Finds messages again by the hash of sender and local id, spoken to on one connection. */
export interface DuplicateIndex {
  /** Keys of messages with this hash, and perhaps some of others: what was hashed must be compared. */
  find(conversationKey: number, dedupe: number): Promise<number[]>
  /** Told of every message that is stored. */
  inserted(message: Pick<MessageRow, 'conversationKey' | 'dedupe'>, key: number): void
}

/**
 * The hashes as they stand in the messages. On Postgres an index finds them; on SQLite this reads through the
 * conversation, which is for readers and not for the message path.
 */
export function storedDuplicates({
  db,
  schema,
  dialect,
}: Pick<Access, 'db' | 'schema' | 'dialect'>): DuplicateIndex {
  const { conversations, messages } = schema
  const lock = lazily(() =>
    db
      .select({ key: conversations.key })
      .from(conversations)
      .where(eq(conversations.key, p('conversationKey')))
      .for('update')
      .prepare('duplicates_lock'),
  )
  const alike = lazily(() =>
    db
      .select({ key: messages.key })
      .from(messages)
      .where(and(eq(messages.conversationKey, p('conversationKey')), eq(messages.dedupe, p('dedupe'))))
      .orderBy(asc(messages.key))
      .prepare('duplicates_alike'),
  )
  return {
    find: async (conversationKey, dedupe) => {
      // A twin that another connection is storing becomes visible only after a wait for its lock, and only to the
      // next statement.
      if (dialect.lockRows) await lock().execute({ conversationKey })
      const rows = await alike().execute({ conversationKey, dedupe })
      return rows.map(({ key }) => key)
    },
    inserted: () => {},
  }
}
