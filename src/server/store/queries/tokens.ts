import { and, asc, eq, isNull } from 'drizzle-orm'
import type { TokenQueries } from '../../core/ports/agents.js'
import { type Access, first, lazily, only, p, run, touched } from './access.js'

export function tokenQueries(access: Access): TokenQueries {
  return { ...refreshTokenQueries(access), ...personalTokenQueries(access) }
}

type RefreshTokenQueries = Pick<
  TokenQueries,
  'insertRefresh' | 'refreshByHash' | 'useRefresh' | 'revokeFamily' | 'revokeRefreshOf'
>

function refreshTokenQueries({ db, schema: { refreshTokens } }: Access): RefreshTokenQueries {
  return {
    insertRefresh: async (token) => {
      await db.insert(refreshTokens).values(token)
    },
    refreshByHash: (hash) => first(db.select().from(refreshTokens).where(eq(refreshTokens.hash, hash))),
    useRefresh: (key, at) =>
      touched(
        db
          .update(refreshTokens)
          .set({ usedAt: at })
          .where(and(eq(refreshTokens.key, key), isNull(refreshTokens.usedAt)))
          .returning({ key: refreshTokens.key }),
      ),
    revokeFamily: async (family, at) => {
      const living = and(eq(refreshTokens.family, family), isNull(refreshTokens.revokedAt))
      await db.update(refreshTokens).set({ revokedAt: at }).where(living)
    },
    revokeRefreshOf: async (agentKey, at) => {
      const living = and(eq(refreshTokens.agentKey, agentKey), isNull(refreshTokens.revokedAt))
      await db.update(refreshTokens).set({ revokedAt: at }).where(living)
    },
  }
}

type PersonalTokenQueries = Omit<TokenQueries, keyof RefreshTokenQueries>

function personalTokenQueries({ db, schema: { personalTokens } }: Access): PersonalTokenQueries {
  const byHash = lazily(() =>
    db
      .select()
      .from(personalTokens)
      .where(eq(personalTokens.hash, p('hash')))
      .prepare('personal_tokens_by_hash'),
  )
  return {
    insertPersonal: (token) => only(db.insert(personalTokens).values(token).returning()),
    personalByHash: (hash) => first(byHash().execute({ hash })),
    touchPersonal: async (key, at) => {
      await db.update(personalTokens).set({ lastUsedAt: at }).where(eq(personalTokens.key, key))
    },
    personalOf: (agentKey) =>
      run(
        db
          .select()
          .from(personalTokens)
          .where(eq(personalTokens.agentKey, agentKey))
          .orderBy(asc(personalTokens.key)),
      ),
    revokePersonal: (agentKey, id, at) =>
      touched(
        db
          .update(personalTokens)
          .set({ revokedAt: at })
          .where(
            and(
              eq(personalTokens.agentKey, agentKey),
              eq(personalTokens.id, id),
              isNull(personalTokens.revokedAt),
            ),
          )
          .returning({ key: personalTokens.key }),
      ),
  }
}
