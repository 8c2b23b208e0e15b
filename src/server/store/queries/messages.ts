import { and, asc, count, eq, gt, isNotNull, lte, ne, type SQL } from 'drizzle-orm'
import type { MessageRow } from '../../core/model.js'
import type { MessageQueries } from '../../core/ports/messages.js'
import { type Access, lazily, named, only, p, placeholders, run } from './access.js'
import { messagePages } from './message-pages.js'
import { patcher } from './patch.js'
import { reactionQueries } from './reactions.js'

// The largest value of a sequence's column.
const LAST_SEQUENCE = 2_147_483_647

export function messageQueries(access: Access): MessageQueries {
  const { db, schema } = access
  const { conversations, messages } = schema
  const insert = inserter(access)
  const update = patcher<MessageRow>(db, 'messages_update', messages)
  const bySender = { senderType: messages.senderType, count: count() }

  return {
    ...messagePages(access),
    ...reactionQueries(access),
    sequenceAt: sequenceAt(access),
    countUnread: countUnread(access),
    insert: async (message) => {
      const key = await insert(message)
      access.duplicates.inserted(message, key)
      return key
    },
    update: async (key, patch) => {
      await update(key, patch)
    },
    countBySender: (conversationKey, afterSequence) =>
      run(
        db
          .select(bySender)
          .from(messages)
          .where(and(eq(messages.conversationKey, conversationKey), gt(messages.sequence, afterSequence)))
          .groupBy(messages.senderType)
          .orderBy(asc(messages.senderType)),
      ),
    countSince: (appKey, id) =>
      run(
        db
          .select(bySender)
          .from(messages)
          .innerJoin(conversations, eq(conversations.key, messages.conversationKey))
          .where(
            and(
              gt(messages.id, id),
              isNotNull(messages.sequence),
              eq(conversations.appKey, appKey),
              eq(conversations.kind, 'support'),
            ),
          )
          .groupBy(messages.senderType)
          .orderBy(asc(messages.senderType)),
      ),
  }
}

function inserter({
  db,
  schema: { messages },
  dialect: { askAfterwards },
}: Access): MessageQueries['insert'] {
  const row = () => db.insert(messages).values(placeholders(messages))
  if (askAfterwards !== undefined) {
    const insert = lazily(() => row().prepare('messages_insert'))
    return async (message) => askAfterwards.insertedKey(await insert().execute(named(message)))
  }
  const insert = lazily(() => row().returning({ key: messages.key }).prepare('messages_insert'))
  return async (message) => (await only(insert().execute(named(message)))).key
}

function countUnread({ db, schema: { messages } }: Access): MessageQueries['countUnread'] {
  const { conversationKey, sequence, senderType } = messages
  const between = and(gt(sequence, p('afterSequence')), lte(sequence, p('through')))
  const later = and(eq(conversationKey, p('conversationKey')), between)
  const counted = (fromOthers: SQL, name: string) =>
    db.select({ sequence }).from(messages).where(and(later, fromOthers)).limit(p('limit')).prepare(name)
  const forContact = lazily(() => counted(ne(senderType, 'contact'), 'messages_unread_by_contact'))
  const forAgent = lazily(() => counted(eq(senderType, 'contact'), 'messages_unread_by_agent'))
  return async (conversationKey, afterSequence, reader, limit, through = LAST_SEQUENCE) => {
    const statement = reader === 'contact' ? forContact() : forAgent()
    return (await statement.execute({ conversationKey, afterSequence, through, limit })).length
  }
}

// Times grow with sequences, so a binary search of point reads needs no index over times on the message path.
function sequenceAt({ db, schema: { messages } }: Access): MessageQueries['sequenceAt'] {
  const timeOf = lazily(() =>
    db
      .select({ at: messages.createdAt })
      .from(messages)
      .where(and(eq(messages.conversationKey, p('conversationKey')), eq(messages.sequence, p('sequence'))))
      .prepare('messages_time_of'),
  )
  return async (conversationKey, lastSequence, at) => {
    let [low, high] = [0, lastSequence]
    while (low < high) {
      const sequence = Math.ceil((low + high) / 2)
      const [row] = await timeOf().execute({ conversationKey, sequence })
      if (row !== undefined && row.at <= at) low = sequence
      else high = sequence - 1
    }
    return low
  }
}
