import { asc, eq, inArray } from 'drizzle-orm'
import type { App } from '../../core/model.js'
import type { AppQueries } from '../../core/ports/apps.js'
import { type Access, first, lazily, only, p, run } from './access.js'
import { patcher } from './patch.js'
import { lowerWatermarks } from './watermarks.js'

export function appQueries(access: Access): AppQueries {
  const { db, schema, search } = access
  const { apps, conversations, messages } = schema
  const byId = lazily(() =>
    db
      .select()
      .from(apps)
      .where(eq(apps.id, p('id')))
      .prepare('apps_by_id'),
  )
  const byKey = lazily(() =>
    db
      .select()
      .from(apps)
      .where(eq(apps.key, p('key')))
      .prepare('apps_by_key'),
  )
  const update = patcher<App>(db, 'apps_update', apps)

  async function remove(appKey: number): Promise<void> {
    const ofApp = db
      .select({ key: conversations.key })
      .from(conversations)
      .where(eq(conversations.appKey, appKey))
    const written = await db
      .select({ key: messages.key })
      .from(messages)
      .where(inArray(messages.conversationKey, ofApp))
    await search.remove(written.map(({ key }) => key))
    for (const table of tablesWithoutCascade(schema)) await db.delete(table).where(eq(table.appKey, appKey))
    await db.delete(apps).where(eq(apps.key, appKey))
    await lowerWatermarks(access)
  }

  return {
    insert: (app) => only(db.insert(apps).values(app).returning()),
    update,
    remove,
    byId: (id) => first(byId().execute({ id })),
    byKey: (key) => first(byKey().execute({ key })),
    list: () => run(db.select().from(apps).orderBy(asc(apps.key))),
  }
}

// The message path cannot afford a foreign key to the app on every row, so what hangs on an app is deleted here.
function tablesWithoutCascade(schema: Access['schema']) {
  return [
    schema.attachments,
    schema.queueEntries,
    schema.queueCounts,
    schema.queueWaits,
    schema.queueChanges,
    schema.botTurns,
    schema.cannedReplies,
    schema.webhooks,
    schema.deliveries,
    schema.outboxEvents,
    schema.auditEvents,
    schema.departedMembers,
    schema.conversations,
    schema.contacts,
  ]
}
