import { and, asc, desc, eq, inArray, lte, type SQL, sql } from 'drizzle-orm'
import type { Conversation, ConversationStatus } from '../../core/model.js'
import type { ConversationQueries } from '../../core/ports/conversations.js'
import { type Access, first, lazily, named, only, p, placeholders, run } from './access.js'
import { changeQueries } from './changes.js'
import { conversationLists } from './conversation-lists.js'
import { patcher } from './patch.js'
import { removeConversation } from './remove.js'
import { tagQueries } from './tags.js'

export function conversationQueries(access: Access): ConversationQueries {
  const { db, schema } = access
  const { conversations } = schema
  return {
    ...conversationLists(access),
    ...conversationReads(access),
    ...conversationSteps(access),
    ...changeQueries(access),
    ...tagQueries(access),
    insert: lazyInsert(access),
    patch: patchQuietly(access),
    remove: (key) => removeConversation(access, key),
    snoozedUntil: (at, limit) =>
      run(
        db
          .select()
          .from(conversations)
          .where(lte(conversations.snoozedUntil, at))
          .orderBy(asc(conversations.snoozedUntil), asc(conversations.key))
          .limit(limit),
      ),
  }
}

function lazyInsert({ db, schema: { conversations } }: Access): ConversationQueries['insert'] {
  const insert = lazily(() =>
    db.insert(conversations).values(placeholders(conversations)).returning().prepare('conversations_insert'),
  )
  return (conversation) => only(insert().execute(named(conversation)))
}

function patchQuietly({ db, schema: { conversations } }: Access): ConversationQueries['patch'] {
  const patch = patcher<Conversation>(db, 'conversations_patch', conversations)
  return async (key, fields) => {
    await patch(key, fields)
  }
}

function conversationReads({ db, schema: { conversations }, dialect }: Access) {
  const one = (name: string) =>
    db
      .select()
      .from(conversations)
      .where(eq(conversations.key, p('key')))
      .prepare(name)
  const byKey = lazily(() => one('conversations_by_key'))
  const locked = lazily(() =>
    db
      .select()
      .from(conversations)
      .where(eq(conversations.key, p('key')))
      .for('update')
      .prepare('conversations_lock'),
  )
  const lock = dialect.lockRows ? locked : byKey
  const byId = lazily(() =>
    db
      .select()
      .from(conversations)
      .where(eq(conversations.id, p('id')))
      .prepare('conversations_by_id'),
  )
  const byKeys = lazily(() =>
    db
      .select()
      .from(conversations)
      .where(dialect.keyIn(conversations.key, 'keys'))
      .prepare('conversations_by_keys'),
  )
  return {
    byId: async (appKey: number, id: string): Promise<Conversation | undefined> => {
      const conversation = await first(byId().execute({ id }))
      return conversation?.appKey === appKey ? conversation : undefined
    },
    byKey: (key: number) => first(byKey().execute({ key })),
    byKeys: (keys: number[]) => run(byKeys().execute({ keys: dialect.keys(keys) })),
    lock: (key: number) => first(lock().execute({ key })),
    newestOfContact: newestOfContact(db, conversations),
  }
}

/**
 * Asked for whenever a visitor connects: unprepared it was a fifth of what a connection costs. Prepared once for each
 * set of statuses that occurs.
 */
function newestOfContact(db: Access['db'], conversations: Access['schema']['conversations']) {
  const prepare = (statuses: ConversationStatus[], name: string) =>
    db
      .select()
      .from(conversations)
      .where(
        and(
          eq(conversations.contactKey, p('contactKey')),
          eq(conversations.kind, 'support'),
          inArray(conversations.status, statuses),
        ),
      )
      .orderBy(desc(conversations.key))
      .limit(1)
      .prepare(name)
  const statements = new Map<string, ReturnType<typeof prepare>>()
  return (contactKey: number, statuses: ConversationStatus[]) => {
    const name = `conversations_newest_${statuses.join('_')}`
    const statement = statements.get(name) ?? prepare(statuses, name)
    statements.set(name, statement)
    return first(statement.execute({ contactKey }))
  }
}

/** All 28 columns would cost 5 µs more: the message path asks for what it needs. */
export const stepOf = (conversations: Access['schema']['conversations']) => ({
  key: conversations.key,
  status: conversations.status,
  handler: conversations.handler,
  priority: conversations.priority,
  lastSequence: conversations.lastSequence,
  revision: conversations.revision,
  lastContactSequence: conversations.lastContactSequence,
  firstReplyAt: conversations.firstReplyAt,
  closedAt: conversations.closedAt,
})

function conversationSteps(access: Access) {
  const { conversations } = access.schema
  const revision = sql`${conversations.revision} + 1`
  const sequence = sql`${conversations.lastSequence} + 1`
  const moment = { lastMessageAt: sql`${p('at')}`, updatedAt: sql`${p('at')}` }
  const advance = { lastSequence: sequence, revision, ...moment }

  const read = lazily(() => stepReader(access))
  const stepBy = stepper(access, read)
  const byContact = stepBy({ ...advance, lastContactSequence: sequence }, 'conversations_advance_contact')
  const byOther = stepBy(advance, 'conversations_advance_other')
  const next = stepBy({ revision }, 'conversations_next_revision')

  return {
    advance: (key: number, { at, fromContact }: { at: number; fromContact: boolean }) =>
      fromContact ? byContact({ key, at }) : byOther({ key, at }),
    lockStep: (key: number) => first(read().execute({ key })),
    nextRevision: (key: number) => next({ key }),
    revise: patcher<Conversation>(access.db, 'conversations_revise', conversations, { revision }),
  }
}

function stepReader({ db, schema: { conversations }, dialect }: Access) {
  const row = db
    .select(stepOf(conversations))
    .from(conversations)
    .where(eq(conversations.key, p('key')))
  return (dialect.lockRows ? row.for('update') : row).prepare('conversations_lock_step')
}

/** Makes statements that change a conversation and give where it is then. */
function stepper(
  { db, schema: { conversations }, dialect }: Access,
  read: () => ReturnType<typeof stepReader>,
) {
  return (changes: Record<string, SQL>, name: string) => {
    const update = () =>
      db
        .update(conversations)
        .set(changes)
        .where(eq(conversations.key, p('key')))
    if (dialect.askAfterwards === undefined) {
      const statement = lazily(() => update().returning(stepOf(conversations)).prepare(name))
      return (values: { key: number; at?: number }) => first(statement().execute(values))
    }
    const statement = lazily(() => update().prepare(name))
    return async (values: { key: number; at?: number }) => {
      await statement().execute(values)
      return first(read().execute({ key: values.key }))
    }
  }
}
