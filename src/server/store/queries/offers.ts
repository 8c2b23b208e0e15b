import { and, asc, desc, eq, gte, isNotNull, isNull, max, sql } from 'drizzle-orm'
import type { OfferQueries } from '../../core/routing/offer.js'
import { type Access, first, lazily, named, p, placeholders, run } from './access.js'

export function offerQueries({ db, schema: { conversations, offers, queueEntries } }: Access): OfferQueries {
  const insert = lazily(() =>
    db.insert(offers).values(placeholders(offers)).onConflictDoNothing().returning().prepare('offers_insert'),
  )
  const end = lazily(() =>
    db
      .update(offers)
      .set({ endedAt: sql`${p('at')}`, outcome: sql`${p('outcome')}` })
      .where(and(eq(offers.conversationKey, p('conversationKey')), isNull(offers.endedAt)))
      .returning()
      .prepare('offers_end'),
  )
  const settle = lazily(() =>
    db
      .update(offers)
      .set({
        endedAt: sql`${p('at')}`,
        outcome: sql`case when ${offers.agentKey} = ${p('claimedByKey')} then 'accepted' else 'withdrawn' end`,
      })
      .where(and(eq(offers.conversationKey, p('conversationKey')), isNull(offers.endedAt)))
      .returning()
      .prepare('offers_settle'),
  )
  const lastAt = max(offers.offeredAt)
  return {
    insert: (offer) => first(insert().execute(named(offer))),
    open: (appKey) =>
      run(
        db
          .select()
          .from(offers)
          .where(and(eq(offers.appKey, appKey), isNull(offers.endedAt)))
          .orderBy(asc(offers.key)),
      ),
    end: (conversationKey, { at, outcome }) => first(end().execute({ conversationKey, at, outcome })),
    settle: (conversationKey, { at, claimedByKey }) =>
      first(settle().execute({ conversationKey, at, claimedByKey })),
    declinedSince: (appKey, since) =>
      run(
        db
          .select({ entryKey: offers.entryKey, agentKey: offers.agentKey })
          .from(offers)
          // Written out, because a partial index is used for the same condition only, not for a parameter.
          .where(
            and(eq(offers.appKey, appKey), gte(offers.endedAt, since), sql`${offers.outcome} = 'declined'`),
          )
          .orderBy(asc(offers.key)),
      ),
    ofEntry: (entryKey) =>
      run(db.select().from(offers).where(eq(offers.entryKey, entryKey)).orderBy(asc(offers.key))),
    lastByAgent: async (appKey) => {
      const rows = await db
        .select({ agentKey: offers.agentKey, at: lastAt })
        .from(offers)
        .where(eq(offers.appKey, appKey))
        .groupBy(offers.agentKey)
        .orderBy(asc(offers.agentKey))
      return rows.map(({ agentKey, at }) => ({ agentKey, at: Number(at ?? 0) }))
    },
    lastClaimant: async (contactKey) => {
      const claimed = await first(
        db
          .select({ agentKey: queueEntries.claimedByKey })
          .from(queueEntries)
          .innerJoin(conversations, eq(conversations.key, queueEntries.conversationKey))
          .where(and(eq(conversations.contactKey, contactKey), isNotNull(queueEntries.claimedByKey)))
          .orderBy(desc(queueEntries.key))
          .limit(1),
      )
      return claimed?.agentKey ?? undefined
    },
  }
}
