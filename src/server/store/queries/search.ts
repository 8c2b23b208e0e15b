import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { SearchQueries } from '../../core/ports/search.js'
import type { Match } from '../search/index.js'
import { wordsOf } from '../search/words.js'
import { type Access, first } from './access.js'
import { SEARCHED, watermark } from './watermarks.js'

export interface StoredSearch extends SearchQueries {
  /** Indexes the oldest messages that are not indexed yet; gives how many. Inside a transaction only. */
  indexMissing(limit: number): Promise<number>
}

const MATCHES_A_PAGE = 500
// A word that is everywhere must not keep the database busy: what lies further back is not looked at.
const MATCHES_AT_MOST = 20_000

export function searchQueries(access: Access): StoredSearch {
  return {
    conversations: (appKey, text, options) => findConversations(access, appKey, text, options),
    refresh: (messageKey, body) => refresh(access, messageKey, body),
    indexMissing: (limit) => indexMissing(access, limit),
  }
}

async function findConversations(
  { search }: Access,
  appKey: number,
  text: string,
  { notes, limit, beforeKey }: { notes: boolean; limit: number; beforeKey?: number },
): Promise<Match[]> {
  const words = wordsOf(text)
  const found = new Map<number, Match>()
  let [before, looked, wanted] = [Number.MAX_SAFE_INTEGER, 0, limit]
  // Always from the newest match on, so that a conversation stands on one page only.
  while (words.length > 0 && wanted > 0 && looked < MATCHES_AT_MOST) {
    const page = await search.matches({ appKey, words, notes, beforeKey: before, limit: MATCHES_A_PAGE })
    for (const match of page.filter(({ conversationKey }) => !found.has(conversationKey))) {
      if (found.has(match.conversationKey)) continue
      found.set(match.conversationKey, match)
      if (match.messageKey < (beforeKey ?? Number.MAX_SAFE_INTEGER)) wanted -= 1
    }
    if (page.length < MATCHES_A_PAGE) break
    looked += page.length
    before = page.at(-1)?.messageKey ?? 0
  }
  const onPage = [...found.values()].filter(
    ({ messageKey }) => messageKey < (beforeKey ?? Number.MAX_SAFE_INTEGER),
  )
  return onPage.slice(0, limit)
}

async function refresh(access: Access, messageKey: number, body: string | null): Promise<void> {
  const { db, schema, search } = access
  const { conversations, messages } = schema
  if (messageKey > (await watermark(access, SEARCHED))) return
  await search.remove([messageKey])
  if (body === null) return
  const message = await first(
    db
      .select({ key: messages.key, appKey: conversations.appKey })
      .from(messages)
      .innerJoin(conversations, eq(conversations.key, messages.conversationKey))
      .where(eq(messages.key, messageKey)),
  )
  if (message !== undefined) await search.add([{ ...message, words: wordsOf(body) }])
}

async function indexMissing({ db, schema, search }: Access, limit: number): Promise<number> {
  const { conversations, instanceFacts, messages } = schema
  const { name, value } = instanceFacts
  // Writing the row first makes a second indexer wait for this one.
  const [fact] = await db
    .insert(instanceFacts)
    .values({ name: SEARCHED, value: '0' })
    .onConflictDoUpdate({ target: name, set: { value: sql`${value}` } })
    .returning()
  const indexed = Number(fact?.value ?? 0)
  const rows = await db
    .select({ key: messages.key, appKey: conversations.appKey, body: messages.body })
    .from(messages)
    .innerJoin(conversations, eq(conversations.key, messages.conversationKey))
    .where(
      and(
        gt(messages.key, indexed - (search.late?.keys ?? 0)),
        search.late?.missing,
        isNull(messages.deletedAt),
      ),
    )
    .orderBy(asc(messages.key))
    .limit(limit)
  await search.add(rows.map(({ key, appKey, body }) => ({ key, appKey, words: wordsOf(body) })))
  const through = Math.max(indexed, ...rows.map(({ key }) => key))
  await db
    .update(instanceFacts)
    .set({ value: String(through) })
    .where(eq(name, SEARCHED))
  return rows.length
}
