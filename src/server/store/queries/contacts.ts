import { and, asc, desc, eq, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { Contact } from '../../core/model.js'
import type { ContactQueries } from '../../core/ports/contacts.js'
import { type Access, first, lazily, only, p, run } from './access.js'
import { moveEverything } from './merge.js'
import { patcher } from './patch.js'

export function contactQueries(access: Access): ContactQueries {
  const { db, schema, dialect } = access
  const { apps, contacts, participants } = schema
  const byKey = lazily(() =>
    db
      .select()
      .from(contacts)
      .where(eq(contacts.key, p('key')))
      .prepare('contacts_by_key'),
  )
  const byId = lazily(() =>
    db
      .select()
      .from(contacts)
      .where(eq(contacts.id, p('id')))
      .prepare('contacts_by_id'),
  )
  const byKeys = lazily(() =>
    db.select().from(contacts).where(dialect.keyIn(contacts.key, 'keys')).prepare('contacts_by_keys'),
  )
  const lock = lazily(() => {
    const query = db
      .select({ key: contacts.key })
      .from(contacts)
      .where(eq(contacts.key, p('key')))
    return dialect.lockRows ? query.for('update').prepare('contacts_lock') : query.prepare('contacts_lock')
  })
  // A row that is not there yet cannot be locked, so its name is.
  const lockName = lazily(() =>
    db
      .select({ locked: sql`pg_advisory_xact_lock(${apps.key}::int, hashtext(${p('name')}))::text` })
      .from(apps)
      .where(eq(apps.key, p('appKey')))
      .prepare('contacts_lock_name'),
  )
  const byExternalId = lazily(() =>
    db
      .select()
      .from(contacts)
      .where(and(eq(contacts.appKey, p('appKey')), eq(contacts.externalId, p('externalId'))))
      .prepare('contacts_by_external_id'),
  )

  return {
    ...deviceQueries(access),
    insert: (contact) => only(db.insert(contacts).values(contact).returning()),
    update: patcher<Contact>(db, 'contacts_update', contacts),
    remove: async (key) => {
      await db
        .delete(participants)
        .where(and(eq(participants.type, 'contact'), eq(participants.memberKey, key)))
      await db.delete(contacts).where(eq(contacts.key, key))
    },
    byId: async (appKey, id) => {
      const contact = await first(byId().execute({ id }))
      return contact?.appKey === appKey ? contact : undefined
    },
    byKey: (key) => first(byKey().execute({ key })),
    byKeys: (keys) => run(byKeys().execute({ keys: dialect.keys(keys) })),
    byExternalId: (appKey, externalId) => first(byExternalId().execute({ appKey, externalId })),
    lock: async (key) => {
      await lock().execute({ key })
    },
    lockExternalId: async (appKey, externalId) => {
      if (dialect.lockRows) await lockName().execute({ appKey, name: externalId })
    },
    lockDevice: async (appKey, deviceId) => {
      if (dialect.lockRows) await lockName().execute({ appKey, name: `device ${deviceId}` })
    },
    list: (appKey, { beforeKey, limit, text }) =>
      run(
        db
          .select()
          .from(contacts)
          .where(
            and(
              eq(contacts.appKey, appKey),
              isNull(contacts.deletedAt),
              beforeKey === undefined ? undefined : lt(contacts.key, beforeKey),
              text === undefined ? undefined : contains(contacts, text),
            ),
          )
          .orderBy(desc(contacts.key))
          .limit(limit),
      ),
    moveEverything: (fromKey, toKey) => moveEverything(access, fromKey, toKey),
  }
}

// SQLite folds the case of ASCII alone, so a text in other letters is looked for as it was typed as well.
function contains(contacts: Access['schema']['contacts'], text: string): SQL | undefined {
  const pattern = (part: string) => `%${part.replace(/[\\%_]/g, '\\$&')}%`
  const patterns = [...new Set([text.toLowerCase(), text])].map(pattern)
  const columns = [contacts.name, contacts.email, contacts.phone, contacts.externalId]
  return or(
    ...columns.flatMap((column) =>
      patterns.flatMap((part) => [
        sql`lower(${column}) like ${part} escape '\\'`,
        sql`${column} like ${part} escape '\\'`,
      ]),
    ),
  )
}

type DeviceQueries = Pick<
  ContactQueries,
  'saveDevice' | 'device' | 'devices' | 'pushDevices' | 'removeDevices' | 'setPushToken' | 'dropPushToken'
>

function deviceQueries({ db, schema: { devices }, dialect }: Access): DeviceQueries {
  const device = lazily(() =>
    db
      .select()
      .from(devices)
      .where(and(eq(devices.appKey, p('appKey')), eq(devices.deviceId, p('deviceId'))))
      .prepare('devices_one'),
  )
  const pushDevices = lazily(() =>
    db
      .select()
      .from(devices)
      .where(and(dialect.keyIn(devices.contactKey, 'keys'), isNotNull(devices.pushToken)))
      .orderBy(desc(devices.lastSeenAt), desc(devices.key))
      .limit(p('limit'))
      .prepare('devices_push'),
  )
  const described = [
    'platform',
    'osVersion',
    'appVersion',
    'model',
    'locale',
    'timezone',
    'sdkVersion',
    'pushToken',
  ] as const
  const given = (name: (typeof described)[number]) =>
    sql`coalesce(${sql.raw(`excluded."${devices[name].name}"`)}, ${devices[name]})`

  return {
    saveDevice: (saved) =>
      only(
        db
          .insert(devices)
          .values(saved)
          .onConflictDoUpdate({
            target: [devices.appKey, devices.deviceId],
            set: {
              ...Object.fromEntries(described.map((name) => [name, given(name)])),
              contactKey: saved.contactKey,
              lastSeenAt: saved.lastSeenAt,
            },
          })
          .returning(),
      ),
    device: (appKey, deviceId) => first(device().execute({ appKey, deviceId })),
    devices: (contactKey) =>
      run(db.select().from(devices).where(eq(devices.contactKey, contactKey)).orderBy(asc(devices.key))),
    pushDevices: (contactKeys, limit) =>
      run(pushDevices().execute({ keys: dialect.keys(contactKeys), limit })),
    removeDevices: async (contactKey) => {
      await db.delete(devices).where(eq(devices.contactKey, contactKey))
    },
    setPushToken: async (deviceKey, pushToken, platform) => {
      await db.update(devices).set({ pushToken, platform }).where(eq(devices.key, deviceKey))
    },
    dropPushToken: async (deviceKey, token) => {
      await db
        .update(devices)
        .set({ pushToken: null })
        .where(and(eq(devices.key, deviceKey), eq(devices.pushToken, token)))
    },
  }
}
