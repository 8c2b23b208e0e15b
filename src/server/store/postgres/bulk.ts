import { asc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { ConversationStep, MessageRow } from '../../core/model.js'
import type { Advance } from '../../core/ports/conversations.js'
import { type Access, lazily, p } from '../queries/access.js'
import { stepOf } from '../queries/conversations.js'

/** Where a local id would be found again. */
export interface Place {
  conversationKey: number
  dedupe: number
}

export interface KeyedAdvance extends Advance {
  key: number
}

/**
 * The statements of the message path for many messages at once, one of each conversation: of the 1,200 µs that a
 * message alone costs with its six round trips, hardly any are the work itself. Each answers in the order of what it
 * was given.
 */
export interface Bulk {
  /**
   * Locks the conversations and gives the keys of the messages with these hashes; null for a conversation that is
   * gone, or that another transaction holds: waiting for it would hold up all others.
   */
  find(places: readonly Place[]): Promise<(number[] | null)[]>
  advance(advances: readonly KeyedAdvance[]): Promise<(ConversationStep | undefined)[]>
  insert(rows: readonly Omit<MessageRow, 'key'>[]): Promise<number[]>
}

type Parts = Pick<Access, 'db' | 'schema'>

/** The statements of the message path for many conversations at once, prepared on one connection. */
export function bulkOf(parts: Parts): Bulk {
  return { find: finder(parts), advance: advancer(parts), insert: inserter(parts) }
}

function finder({ db, schema: { conversations, messages } }: Parts): Bulk['find'] {
  const lock = lazily(() =>
    db
      .select({ key: conversations.key })
      .from(conversations)
      .where(sql`${conversations.key} = any(${p('keys')}::bigint[])`)
      .orderBy(asc(conversations.key))
      .for('update', { skipLocked: true })
      .prepare('bulk_lock'),
  )
  const given = sql`unnest(${p('keys')}::bigint[], ${p('hashes')}::bigint[]) as given(conversation_key, hash)`
  const { conversationKey, dedupe, key } = messages
  // Looked for one by one, as its own order asks for: a join could read all messages once instead.
  const twins = () =>
    db
      .select({ key })
      .from(messages)
      .where(sql`${conversationKey} = given.conversation_key and ${dedupe} = given.hash`)
      .orderBy(asc(key))
      .as('twins')
  const alike = lazily(() => {
    const each = twins()
    return db
      .select({ conversationKey: sql`given.conversation_key`.mapWith(conversationKey), key: each.key })
      .from(given)
      .innerJoinLateral(each, sql`true`)
      .prepare('bulk_alike')
  })
  return async (places) => {
    const keys = places.map((place) => place.conversationKey)
    const locked = new Set((await lock().execute({ keys })).map(({ key }) => key))
    // A twin that was committed just before the lock is visible only to the next statement.
    const found = await alike().execute({ keys, hashes: places.map((place) => place.dedupe) })
    return keys.map((key) =>
      locked.has(key) ? found.filter((row) => row.conversationKey === key).map((row) => row.key) : null,
    )
  }
}

function advancer({ db, schema: { conversations } }: Parts): Bulk['advance'] {
  const sequence = sql`${conversations.lastSequence} + 1`
  const given = sql`unnest(${p('keys')}::bigint[], ${p('times')}::bigint[], ${p('fromContacts')}::boolean[])
    as given(key, at, from_contact)`
  const advance = lazily(() =>
    db
      .update(conversations)
      .set({
        lastSequence: sequence,
        revision: sql`${conversations.revision} + 1`,
        lastMessageAt: sql`given.at`,
        updatedAt: sql`given.at`,
        lastContactSequence: sql`case when given.from_contact then ${sequence} else ${conversations.lastContactSequence} end`,
      })
      .from(given)
      .where(eq(conversations.key, sql`given.key`))
      .returning(stepOf(conversations))
      .prepare('bulk_advance'),
  )
  return async (advances) => {
    const steps = await advance().execute({
      keys: advances.map(({ key }) => key),
      times: advances.map(({ at }) => at),
      fromContacts: advances.map(({ fromContact }) => fromContact),
    })
    const byKey = new Map(steps.map((step) => [step.key, step]))
    return advances.map(({ key }) => byKey.get(key))
  }
}

function inserter({ db, schema: { messages } }: Parts): Bulk['insert'] {
  const columns = Object.entries(getTableColumns(messages)).filter(([name]) => name !== 'key')
  const arrays = columns.map(([name, column]) => sql`${p(name)}::${sql.raw(column.getSQLType())}[]`)
  const insert = lazily(() =>
    db
      .insert(messages)
      .select(rowsOf(arrays))
      .returning({ key: messages.key, id: messages.id })
      .prepare('bulk_insert'),
  )
  return async (rows) => {
    const values = Object.fromEntries(
      columns.map(([name, column]) => [
        name,
        rows.map((row) => column.mapToDriverValue(row[name as keyof typeof row])),
      ]),
    )
    const stored = await insert().execute(values)
    const byId = new Map(stored.map(({ key, id }) => [id, key]))
    return rows.map(({ id }) => keyOf(byId, id))
  }
}

/** The arrays as rows with new keys, the key first as in the table. */
function rowsOf(arrays: readonly SQL[]): SQL {
  const key = sql`nextval(pg_get_serial_sequence('messages', 'key'))`
  return sql`select ${key}, given.* from unnest(${sql.join([...arrays], sql`, `)}) as given`
}

function keyOf(byId: ReadonlyMap<string, number>, id: string): number {
  const key = byId.get(id)
  if (key === undefined) throw new Error('The database gave no key back for a message that was written.')
  return key
}
