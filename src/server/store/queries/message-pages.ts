import { and, asc, desc, eq, getTableColumns, gt, isNull, lt, lte, type SQL, sql } from 'drizzle-orm'
import type { SentMessage } from '../../core/model.js'
import type { MessageQueries } from '../../core/ports/messages.js'
import { type Access, first, lazily, p, run } from './access.js'

type Pages = Pick<MessageQueries, 'duplicate' | 'byId' | 'byKeys' | 'newest' | 'range' | 'after' | 'before'>

/** Messages with the names of those who sent them, each page in one statement. */
export function messagePages(access: Access): Pages {
  const { schema, dialect } = access
  const { messages } = schema
  const sent = (condition: SQL | undefined) => selectSent(access, condition)
  const inConversation = eq(messages.conversationKey, p('conversationKey'))
  const { sequence } = messages

  const keyed = lazily(() =>
    sent(dialect.keyIn(messages.key, 'keys')).orderBy(asc(messages.key)).prepare('messages_by_keys'),
  )
  const byKeys = (keys: number[]) => run(keyed().execute({ keys: dialect.keys(keys) }))
  const after = lazily(() =>
    sent(and(inConversation, gt(sequence, p('sequence'))))
      .orderBy(asc(sequence))
      .limit(p('limit'))
      .prepare('messages_after'),
  )
  const before = lazily(() =>
    sent(and(inConversation, lt(sequence, p('sequence'))))
      .orderBy(desc(sequence))
      .limit(p('limit'))
      .prepare('messages_before'),
  )

  return {
    ...singleMessages(access, byKeys),
    newest: newest(access),
    range: messageRange(access),
    byKeys,
    after: (conversationKey, sequence, limit) => run(after().execute({ conversationKey, sequence, limit })),
    before: async (conversationKey, sequence, limit) =>
      (await before().execute({ conversationKey, sequence, limit })).reverse(),
  }
}

function newest(access: Access): Pages['newest'] {
  const { dialect, schema } = access
  const { conversations, messages } = schema
  const last = lazily(() =>
    joinSenders(access)
      .innerJoin(
        conversations,
        and(
          eq(conversations.key, messages.conversationKey),
          eq(conversations.lastSequence, messages.sequence),
        ),
      )
      .where(dialect.keyIn(conversations.key, 'keys'))
      .prepare('messages_newest'),
  )
  return (conversationKeys) => run(last().execute({ keys: dialect.keys(conversationKeys) }))
}

function singleMessages(access: Access, byKeys: Pages['byKeys']): Pick<Pages, 'duplicate' | 'byId'> {
  const { messages } = access.schema
  const byId = lazily(() => selectSent(access, eq(messages.id, p('id'))).prepare('messages_by_id'))

  return {
    duplicate: async (conversationKey, dedupe, localId, senderType, senderKey) => {
      const keys = await access.duplicates.find(conversationKey, dedupe)
      if (keys.length === 0) return undefined
      // Hashes may collide, and a key may be another message's by now, so what was hashed decides.
      return (await byKeys(keys)).find(
        (message) =>
          message.conversationKey === conversationKey &&
          message.localId === localId &&
          message.senderType === senderType &&
          message.senderKey === senderKey,
      )
    },
    byId: async (conversationKey, id) => {
      const message = await first(byId().execute({ id }))
      return message?.conversationKey === conversationKey ? message : undefined
    },
  }
}

function messageRange(access: Access): Pages['range'] {
  const { messages } = access.schema
  const inConversation = eq(messages.conversationKey, p('conversationKey'))
  const between = (column: typeof messages.sequence | typeof messages.afterSequence) =>
    and(inConversation, gt(column, p('after')), lte(column, p('through')))
  const posted = lazily(() =>
    selectSent(access, between(messages.sequence)).orderBy(asc(messages.sequence)).prepare('messages_range'),
  )
  const noted = lazily(() =>
    selectSent(access, and(between(messages.afterSequence), isNull(messages.sequence)))
      .orderBy(asc(messages.afterSequence), asc(messages.key))
      .prepare('messages_notes_range'),
  )
  return async (conversationKey, after, through, notes) => {
    const rows = await posted().execute({ conversationKey, after, through })
    if (!notes) return rows
    // A note from before the first message stands after sequence 0, which belongs to the first page.
    const behind = after === 0 ? -1 : after
    return interleave(rows, await noted().execute({ conversationKey, after: behind, through }))
  }
}

function interleave(posted: SentMessage[], notes: SentMessage[]): SentMessage[] {
  if (notes.length === 0) return posted
  const place = (message: SentMessage) => message.sequence ?? message.afterSequence
  const rank = (message: SentMessage) => (message.sequence === null ? 1 : 0)
  return [...posted, ...notes].sort((a, b) => place(a) - place(b) || rank(a) - rank(b) || a.key - b.key)
}

const selectSent = (access: Access, condition: SQL | undefined) => joinSenders(access).where(condition)

function joinSenders({ db, schema: { agents, contacts, messages } }: Access) {
  return db
    .select({
      ...getTableColumns(messages),
      senderId: sql<string | null>`coalesce(${agents.id}, ${contacts.id})`,
      senderExternalId: contacts.externalId,
      senderName: sql<string | null>`coalesce(${agents.name}, ${contacts.name})`,
    })
    .from(messages)
    .leftJoin(agents, and(eq(messages.senderType, 'agent'), eq(agents.key, messages.senderKey)))
    .leftJoin(contacts, and(eq(messages.senderType, 'contact'), eq(contacts.key, messages.senderKey)))
}
