import type { Store } from '../../src/server/core/ports.js'
import { openStore, type StoreOptions } from '../../src/server/store/index.js'
import { migrate } from '../../src/server/store/migrate.js'
import type { TestDatabase } from '../helpers/databases.js'

/** A store on a new database of this kind. The caller closes it. */
export async function openFresh(
  database: TestDatabase,
  options: Partial<StoreOptions> = {},
): Promise<{ store: Store; url: string }> {
  const url = await database.url()
  await migrate(url)
  return { store: await openStore({ databaseUrl: url, dataFolder: 'unused', ...options }), url }
}
