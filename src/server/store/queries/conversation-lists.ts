import { and, count, desc, eq, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { ConversationFilter, ConversationQueries } from '../../core/ports/conversations.js'
import { type Access, run } from './access.js'

type Lists = Pick<ConversationQueries, 'list' | 'countByState'>

/** What agents browse. Built anew for each call, because the filters combine freely. */
export function conversationLists(access: Access): Lists {
  const { conversations } = access.schema
  const { db } = access
  return {
    list: (appKey, filter, { beforeKey, limit }) =>
      run(
        db
          .select()
          .from(conversations)
          .where(
            and(
              isServed(access, appKey),
              beforeKey === undefined ? undefined : lt(conversations.key, beforeKey),
              ...conditions(access, appKey, filter),
            ),
          )
          .orderBy(desc(conversations.key))
          .limit(limit),
      ),
    countByState: (appKey) =>
      run(
        db
          .select({ status: conversations.status, handler: conversations.handler, count: count() })
          .from(conversations)
          .where(isServed(access, appKey))
          .groupBy(conversations.status, conversations.handler),
      ),
  }
}

// What members write to each other is theirs: no list of the app shows it. Written out, because only then a
// database knows that the index of what is served will do.
const isServed = ({ schema: { conversations } }: Access, appKey: number) =>
  and(eq(conversations.appKey, appKey), sql`${conversations.kind} = 'support'`)

function conditions({ db, schema }: Access, appKey: number, filter: ConversationFilter): (SQL | undefined)[] {
  const { conversations, conversationTags } = schema
  const { status, handler, assigneeKey, contactKey, tag, keys } = filter
  const tagged = (wanted: string) =>
    db
      .select({ key: conversationTags.conversationKey })
      .from(conversationTags)
      .where(and(eq(conversationTags.appKey, appKey), eq(conversationTags.tag, wanted)))
  return [
    status && eq(conversations.status, status),
    handler && eq(conversations.handler, handler),
    assigneeKey === null ? isNull(conversations.assigneeKey) : undefined,
    assigneeKey == null ? undefined : eq(conversations.assigneeKey, assigneeKey),
    contactKey === undefined ? undefined : eq(conversations.contactKey, contactKey),
    tag === undefined ? undefined : inArray(conversations.key, tagged(tag)),
    keys && inArray(conversations.key, keys),
  ]
}
