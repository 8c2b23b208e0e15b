import { and, avg, eq, gte, sql } from 'drizzle-orm'
import type { StatsQueries } from '../../core/ports/stats.js'
import { type Access, only } from './access.js'

export function statsQueries({ db, schema: { conversations, ratings } }: Access): StatsQueries {
  const { appKey, openedAt, firstReplyAt, closedAt, waitedMs } = conversations
  const mean = (value: Parameters<typeof avg>[0]) => avg(value).mapWith(Number)

  return {
    averages: async (app, since) => {
      const times = await only(
        db
          .select({
            waitedMs: mean(waitedMs),
            firstReplyMs: mean(sql`${firstReplyAt} - ${openedAt}`),
            durationMs: mean(sql`${closedAt} - ${openedAt}`),
          })
          .from(conversations)
          .where(and(eq(appKey, app), gte(closedAt, since))),
      )
      const rated = await only(
        db
          .select({ rating: mean(ratings.score) })
          .from(ratings)
          .where(and(eq(ratings.appKey, app), gte(ratings.at, since))),
      )
      return { ...times, ...rated }
    },
  }
}
