import Database from 'better-sqlite3'
import pg from 'pg'

/** Runs statements on a database of either kind and gives the rows of the last one. */
export async function runSql(url: string, statements: readonly string[]): Promise<Record<string, unknown>[]> {
  return url.startsWith('postgres') ? onPostgres(url, statements) : onSqlite(url, statements)
}

function onSqlite(file: string, statements: readonly string[]): Record<string, unknown>[] {
  const connection = new Database(file)
  try {
    let rows: unknown[] = []
    for (const statement of statements) {
      const prepared = connection.prepare(statement)
      if (prepared.reader) rows = prepared.all()
      else prepared.run()
    }
    return rows as Record<string, unknown>[]
  } finally {
    connection.close()
  }
}

async function onPostgres(url: string, statements: readonly string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let rows: Record<string, unknown>[] = []
    for (const statement of statements) rows = (await client.query(statement)).rows
    return rows
  } finally {
    await client.end()
  }
}

/** Rows of the first schema that hang on each other, in the words of both databases. */
export const seedStatements: readonly string[] = [
  `insert into apps (key, id, name, identity_secret, settings, created_at) values (1, 'app_1', 'Shop', 's', '{}', 1)`,
  `insert into agents (key, id, name, email, created_at) values (1, 'agt_1', 'Ada', 'ada@example.com', 1)`,
  `insert into memberships (app_key, agent_key, role, created_at) values (1, 1, 'owner', 1)`,
  `insert into contacts (key, id, app_key, attributes, created_at, updated_at) values (1, 'con_1', 1, '{}', 1, 1)`,
  `insert into devices (key, app_key, device_id, contact_key, last_seen_at, created_at) values (1, 1, 'd', 1, 1, 1)`,
  `insert into conversations (key, id, app_key, kind, channel, contact_key, status, priority, metadata, opened_at,
     created_at, updated_at) values (1, 'conv_1', 1, 'support', 'web', 1, 'open', 'normal', '{}', 1, 1, 1)`,
  ...[1, 2, 3].map(
    (sequence) =>
      `insert into messages (key, id, conversation_key, sequence, after_sequence, revision, sender_type, type, body,
         internal, attachment_count, reaction_count, created_at) values (${sequence}, 'msg_${sequence}', 1, ${sequence},
         ${sequence - 1}, ${sequence}, 'contact', 'text', 'Hello', false, 0, 0, 1)`,
  ),
  `insert into reactions (message_key, type, member_key, emoji, created_at) values (1, 'agent', 1, '+1', 1)`,
  `insert into participants (key, conversation_key, type, member_key, role, joined_at)
     values (1, 1, 'contact', 1, 'member', 1)`,
  `insert into conversation_tags (conversation_key, app_key, tag) values (1, 1, 'vip')`,
]

const counted = [
  'apps',
  'memberships',
  'contacts',
  'devices',
  'conversations',
  'messages',
  'reactions',
  'participants',
  'conversation_tags',
]

/** How many rows each seeded table has. */
export async function countRows(url: string): Promise<Record<string, unknown> | undefined> {
  const columns = counted.map((table) => `(select count(*) from ${table}) as ${table}`)
  const [row] = await runSql(url, [`select ${columns.join(', ')}`])
  return row && Object.fromEntries(Object.entries(row).map(([table, count]) => [table, Number(count)]))
}

export const seededRows = {
  ...Object.fromEntries(counted.map((table) => [table, 1])),
  messages: 3,
}
