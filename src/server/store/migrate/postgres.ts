import pg from 'pg'
import type { Migration } from './files.js'
import { explainStart, refuseUseless } from './postgres-checks.js'
import { compare, type MigrationResult, type MigrationStatus, refuseNewer } from './status.js'

// Any number that no other program on the same server is likely to use.
const LOCK = 7_308_604_759

/** The state of a database. */
export function postgresStatus(url: string, migrations: readonly Migration[]): Promise<MigrationStatus> {
  return withClient(url, async (client) => compare(migrations, await appliedTags(client)))
}

/** Applies what is pending, each migration in a transaction of its own; another process that migrates is waited for. */
export function migratePostgres(
  url: string,
  migrations: readonly Migration[],
  now: number,
): Promise<MigrationResult> {
  return withClient(url, async (client) => {
    // Held by the session: it ends with the connection, also after a crash.
    await client.query('select pg_advisory_lock($1)', [LOCK])
    const status = compare(migrations, await appliedTags(client))
    refuseNewer(status)
    for (const migration of migrations.filter(({ tag }) => status.pending.includes(tag))) {
      await apply(client, migration, now)
    }
    return { applied: status.pending, copy: undefined }
  })
}

async function apply(client: pg.Client, migration: Migration, now: number): Promise<void> {
  await client.query('begin')
  await client.query(
    'create table if not exists schema_migrations (tag text primary key, applied_at bigint not null)',
  )
  for (const statement of migration.statements) await client.query(statement)
  await client.query('insert into schema_migrations values ($1, $2)', [migration.tag, now])
  await client.query('commit')
}

async function appliedTags(client: pg.Client): Promise<string[]> {
  const table = await client.query("select to_regclass('schema_migrations') as name")
  if (table.rows[0].name === null) return []
  const { rows } = await client.query<{ tag: string }>(
    'select tag from schema_migrations order by applied_at, tag',
  )
  return rows.map(({ tag }) => tag)
}

// A failed transaction needs no rollback: the connection ends with it.
async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await refuseUseless(client)
    return await work(client)
  } catch (error) {
    throw explainStart(error, url)
  } finally {
    await client.end()
  }
}
