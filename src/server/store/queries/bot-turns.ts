import { and, asc, count, eq, gte, isNull, lte, or, type SQL, sql, sum } from 'drizzle-orm'
import type { BotTurnQueries } from '../../core/ports/bot-turns.js'
import { type Access, first, lazily, named, only, p, placeholders, run, touched } from './access.js'

export function botTurnQueries(access: Access): BotTurnQueries {
  return { ...botTurnEnds(access), ...botTurnLeases(access), ...botTurnReads(access) }
}

type Ends = Pick<BotTurnQueries, 'insert' | 'endOpen' | 'end' | 'addUsage'>

function botTurnEnds({ db, schema: { botTurns } }: Access): Ends {
  const { conversationKey, endedAt, inputTokens, key, leaseOwner, outputTokens } = botTurns
  const insert = lazily(() =>
    db.insert(botTurns).values(placeholders(botTurns)).returning().prepare('bot_turns_insert'),
  )
  const ended = (which: SQL | undefined, name: string) =>
    db
      .update(botTurns)
      .set({ endedAt: sql`${p('at')}`, outcome: sql`${p('outcome')}`, leasedUntil: null })
      .where(and(which, isNull(endedAt)))
      .returning()
      .prepare(name)
  const endOpen = lazily(() => ended(eq(conversationKey, p('conversationKey')), 'bot_turns_end_open'))
  const end = lazily(() => ended(and(eq(key, p('key')), eq(leaseOwner, p('owner'))), 'bot_turns_end'))
  return {
    insert: (turn) => only(insert().execute(named(turn))),
    endOpen: (conversation, { at, outcome }) =>
      first(endOpen().execute({ conversationKey: conversation, at, outcome })),
    end: (turn, { owner, at, outcome }) => touched(end().execute({ key: turn, owner, at, outcome })),
    addUsage: async (turn, usage) => {
      await db
        .update(botTurns)
        .set({
          inputTokens: sql`${inputTokens} + ${usage.inputTokens}`,
          outputTokens: sql`${outputTokens} + ${usage.outputTokens}`,
        })
        .where(eq(key, turn))
    },
  }
}

type Leases = Pick<BotTurnQueries, 'take' | 'renew' | 'release'>

function botTurnLeases({ db, schema: { botTurns } }: Access): Leases {
  const { endedAt, key, leasedUntil, leaseOwner, takes } = botTurns
  // Postgres looks at the row again after waiting for its lock, so of two takers the second finds it held.
  const take = lazily(() =>
    db
      .update(botTurns)
      .set({
        leaseOwner: sql`${p('owner')}`,
        leasedUntil: sql`${p('until')}`,
        takes: sql`${takes} + 1`,
      })
      .where(
        and(eq(key, p('key')), isNull(endedAt), or(isNull(leasedUntil), lte(leasedUntil, sql`${p('at')}`))),
      )
      .returning()
      .prepare('bot_turns_take'),
  )
  const held = (turn: number, owner: string) => and(eq(key, turn), eq(leaseOwner, owner), isNull(endedAt))
  return {
    take: (turn, { owner, at, until }) => first(take().execute({ key: turn, owner, at, until })),
    renew: (turn, { owner, until }) =>
      touched(db.update(botTurns).set({ leasedUntil: until }).where(held(turn, owner)).returning({ key })),
    release: async (turn, owner) => {
      await db.update(botTurns).set({ leasedUntil: null, leaseOwner: null }).where(held(turn, owner))
    },
  }
}

type Reads = Pick<BotTurnQueries, 'byId' | 'due' | 'usage'>

function botTurnReads({ db, schema: { botTurns } }: Access): Reads {
  const { appKey, createdAt, endedAt, id, inputTokens, key, leasedUntil, outputTokens } = botTurns
  const due = lazily(() =>
    db
      .select()
      .from(botTurns)
      .where(and(isNull(endedAt), or(isNull(leasedUntil), lte(leasedUntil, sql`${p('at')}`))))
      .orderBy(asc(createdAt), asc(key))
      .limit(p('limit'))
      .prepare('bot_turns_due'),
  )
  const total = (column: typeof inputTokens) => sql<number>`coalesce(${sum(column)}, 0)`.mapWith(Number)
  return {
    byId: (turn) => first(db.select().from(botTurns).where(eq(id, turn)).limit(1)),
    due: (at, limit) => run(due().execute({ at, limit })),
    usage: (app, since) =>
      only(
        db
          .select({ turns: count(), inputTokens: total(inputTokens), outputTokens: total(outputTokens) })
          .from(botTurns)
          .where(and(eq(appKey, app), gte(createdAt, since))),
      ),
  }
}
