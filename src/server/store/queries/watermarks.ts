import { eq, max } from 'drizzle-orm'
import { type Access, first } from './access.js'

/** Facts that say up to which message an index reaches that is written behind the messages. */
export const SEARCHED = 'search_indexed_through'
export const DEDUPED = 'dedupe_indexed_through'

/** The key of the last message that an index holds, 0 when it holds none. */
export async function watermark({ db, schema: { instanceFacts } }: Access, name: string): Promise<number> {
  const fact = await first(db.select().from(instanceFacts).where(eq(instanceFacts.name, name)))
  return Number(fact?.value ?? 0)
}

/**
 * To be called when messages were deleted: SQLite gives the keys of the last ones again, and a message with such a
 * key must not count as indexed.
 */
export async function lowerWatermarks(access: Access): Promise<void> {
  const { instanceFacts, messages } = access.schema
  const [row] = await access.db.select({ last: max(messages.key) }).from(messages)
  const last = row?.last ?? 0
  for (const name of [SEARCHED, DEDUPED]) {
    if ((await watermark(access, name)) <= last) continue
    await access.db
      .update(instanceFacts)
      .set({ value: String(last) })
      .where(eq(instanceFacts.name, name))
  }
}
