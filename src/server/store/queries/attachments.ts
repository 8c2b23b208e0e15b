import { and, asc, eq, inArray, isNull, or } from 'drizzle-orm'
import type { AttachmentQueries } from '../../core/ports/attachments.js'
import { type Access, first, lazily, only, p, run } from './access.js'

export function attachmentQueries({ db, schema, dialect }: Access): AttachmentQueries {
  const { attachments, conversations, messages } = schema
  const byId = lazily(() =>
    db
      .select()
      .from(attachments)
      .where(eq(attachments.id, p('id')))
      .prepare('attachments_by_id'),
  )
  const of = lazily(() =>
    db
      .select()
      .from(attachments)
      .where(dialect.keyIn(attachments.messageKey, 'keys'))
      .orderBy(asc(attachments.messageKey), asc(attachments.key))
      .prepare('attachments_of'),
  )
  return {
    insert: (attachment) => only(db.insert(attachments).values(attachment).returning()),
    byIds: (appKey, ids) =>
      run(
        db
          .select()
          .from(attachments)
          .where(and(inArray(attachments.id, ids), eq(attachments.appKey, appKey)))
          .orderBy(asc(attachments.key)),
      ),
    byId: (id) => first(byId().execute({ id })),
    attach: async (keys, messageKey) => {
      const attached = await db
        .update(attachments)
        .set({ messageKey })
        .where(and(inArray(attachments.key, keys), isNull(attachments.messageKey)))
        .returning({ key: attachments.key })
      return attached.length
    },
    of: (messageKeys) => run(of().execute({ keys: dialect.keys(messageKeys) })),
    removeOf: (messageKey) =>
      run(db.delete(attachments).where(eq(attachments.messageKey, messageKey)).returning()),
    removeOfConversation: (conversationKey) => {
      const inIt = db
        .select({ key: messages.key })
        .from(messages)
        .where(eq(messages.conversationKey, conversationKey))
      return run(db.delete(attachments).where(inArray(attachments.messageKey, inIt)).returning())
    },
    removeOfContact: (contactKey) => {
      const inTheirs = db
        .select({ key: messages.key })
        .from(messages)
        .innerJoin(conversations, eq(conversations.key, messages.conversationKey))
        .where(eq(conversations.contactKey, contactKey))
      const uploaded = and(eq(attachments.uploaderType, 'contact'), eq(attachments.uploaderKey, contactKey))
      const theirs = or(inArray(attachments.messageKey, inTheirs), uploaded)
      return run(db.delete(attachments).where(theirs).returning())
    },
    removeOfApp: (appKey) => run(db.delete(attachments).where(eq(attachments.appKey, appKey)).returning()),
  }
}
