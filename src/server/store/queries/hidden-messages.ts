import { and, eq } from 'drizzle-orm'
import type { MemberQueries } from '../../core/ports/members.js'
import { type Access, first, lazily, p } from './access.js'

type HiddenMessages = Pick<MemberQueries, 'hideMessage' | 'hidden' | 'place'>

/** Messages that somebody deleted for themselves alone. */
export function hiddenMessageQueries({ db, schema, dialect }: Access): HiddenMessages {
  const { conversations, hiddenMessages, messages } = schema
  const among = lazily(() =>
    db
      .select({ key: hiddenMessages.messageKey })
      .from(hiddenMessages)
      .where(
        and(dialect.keyIn(hiddenMessages.messageKey, 'keys'), eq(hiddenMessages.contactKey, p('contactKey'))),
      )
      .prepare('hidden_messages_among'),
  )
  const place = lazily(() =>
    db
      .select({ messageKey: messages.key, conversationId: conversations.id })
      .from(messages)
      .innerJoin(conversations, eq(conversations.key, messages.conversationKey))
      .where(and(eq(messages.id, p('messageId')), eq(conversations.appKey, p('appKey'))))
      .prepare('messages_place'),
  )
  return {
    hideMessage: async (messageKey, contactKey) => {
      await db.insert(hiddenMessages).values({ messageKey, contactKey }).onConflictDoNothing()
    },
    hidden: async (messageKeys, contactKey) => {
      if (messageKeys.length === 0) return []
      const rows = await among().execute({ keys: dialect.keys(messageKeys), contactKey })
      return rows.map(({ key }) => key)
    },
    place: (appKey, messageId) => first(place().execute({ appKey, messageId })),
  }
}
