import { and, asc, count, eq } from 'drizzle-orm'
import type { ConversationQueries } from '../../core/ports/conversations.js'
import { type Access, lazily, run, touched } from './access.js'

type Tags = Pick<ConversationQueries, 'addTag' | 'removeTag' | 'tags' | 'appTags' | 'insertRating'>

/** What people hang on a conversation: tags, and one rating per closing. */
export function tagQueries({ db, schema: { conversationTags, ratings }, dialect }: Access): Tags {
  const tags = lazily(() =>
    db
      .select({ conversationKey: conversationTags.conversationKey, tag: conversationTags.tag })
      .from(conversationTags)
      .where(dialect.keyIn(conversationTags.conversationKey, 'keys'))
      .orderBy(asc(conversationTags.conversationKey), asc(conversationTags.tag))
      .prepare('conversation_tags_of'),
  )
  const tag = { tag: conversationTags.tag }

  return {
    addTag: (conversationKey, appKey, added) =>
      touched(
        db
          .insert(conversationTags)
          .values({ conversationKey, appKey, tag: added })
          .onConflictDoNothing()
          .returning(tag),
      ),
    removeTag: (conversationKey, removed) =>
      touched(
        db
          .delete(conversationTags)
          .where(
            and(eq(conversationTags.conversationKey, conversationKey), eq(conversationTags.tag, removed)),
          )
          .returning(tag),
      ),
    tags: (conversationKeys) => run(tags().execute({ keys: dialect.keys(conversationKeys) })),
    appTags: (appKey) =>
      run(
        db
          .select({ tag: conversationTags.tag, count: count() })
          .from(conversationTags)
          .where(eq(conversationTags.appKey, appKey))
          .groupBy(conversationTags.tag)
          .orderBy(asc(conversationTags.tag)),
      ),
    insertRating: (rating) =>
      touched(
        db.insert(ratings).values(rating).onConflictDoNothing().returning({ closing: ratings.closing }),
      ),
  }
}
