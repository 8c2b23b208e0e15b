import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pgKit } from '../../src/server/store/kit.js'
import { migrate } from '../../src/server/store/migrate.js'
import { bulkOf } from '../../src/server/store/postgres/bulk.js'
import { BEGIN_GROUP } from '../../src/server/store/postgres/connections.js'
import { makeSchema } from '../../src/server/store/schema.js'
import { postgresUrl } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'

describeWith('postgres', 'The statements for many messages', () => {
  let client: pg.Client

  beforeAll(async () => {
    const url = await postgresUrl()
    await migrate(url)
    client = new pg.Client({ connectionString: url })
    await client.connect()
  })
  afterAll(() => client.end())

  test('go along indexes with the plans that they keep, though the tables were empty then', async () => {
    const bulk = bulkOf({ db: drizzle(client), schema: makeSchema(pgKit) })
    await client.query(`${BEGIN_GROUP}; set local plan_cache_mode = force_generic_plan`)
    await bulk.find([{ conversationKey: 1, dedupe: 2 }])
    await bulk.advance([{ key: 1, at: 3, fromContact: true }])
    for (const call of [
      "bulk_lock('{1}')",
      "bulk_alike('{1}', '{2}')",
      "bulk_advance('{1}', '{3}', '{true}')",
    ]) {
      const { rows } = await client.query(`explain (costs off) execute ${call}`)
      const plan = rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n')
      expect(plan).toMatch(/Index Cond: .*key = /)
      expect(plan).not.toContain('Seq Scan')
    }
    await client.query('rollback')
  })
})
