import { and, asc, eq } from 'drizzle-orm'
import type { ApiKey } from '../../core/model.js'
import type { ApiKeyQueries } from '../../core/ports/apps.js'
import { type Access, first, lazily, only, p, run } from './access.js'
import { patcher } from './patch.js'

export function apiKeyQueries({ db, schema: { apiKeys } }: Access): ApiKeyQueries {
  const byHash = lazily(() =>
    db
      .select()
      .from(apiKeys)
      .where(eq(apiKeys.hash, p('hash')))
      .prepare('api_keys_by_hash'),
  )
  const update = patcher<ApiKey>(db, 'api_keys_update', apiKeys)

  return {
    insert: (key) => only(db.insert(apiKeys).values(key).returning()),
    byHash: (hash) => first(byHash().execute({ hash })),
    byId: (appKey, id) =>
      first(
        db
          .select()
          .from(apiKeys)
          .where(and(eq(apiKeys.id, id), eq(apiKeys.appKey, appKey))),
      ),
    list: (appKey) =>
      run(db.select().from(apiKeys).where(eq(apiKeys.appKey, appKey)).orderBy(asc(apiKeys.key))),
    update: async (key, patch) => {
      await update(key, patch)
    },
  }
}
