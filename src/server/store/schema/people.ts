import type { Json } from '../../core/model.js'
import type { Kit } from '../kit.js'

/** Those who write: contacts and their devices. */
export function peopleTables({ table, key, text, big, json, index, uniqueIndex, primaryKey }: Kit) {
  const contacts = table(
    'contacts',
    {
      key: key(),
      id: text('id').notNull(),
      appKey: big('app_key').notNull(),
      externalId: text('external_id'),
      name: text('name'),
      email: text('email'),
      phone: text('phone'),
      avatar: text('avatar'),
      locale: text('locale'),
      timezone: text('timezone'),
      attributes: json<Json>('attributes').notNull(),
      botSuspendedUntil: big('bot_suspended_until'),
      leadStage: text('lead_stage'),
      lastSeenAt: big('last_seen_at'),
      createdAt: big('created_at').notNull(),
      updatedAt: big('updated_at').notNull(),
      // A member whom the host deleted: the row stays for the messages that it sent.
      deletedAt: big('deleted_at'),
    },
    (t) => [
      uniqueIndex('contacts_id').on(t.id),
      uniqueIndex('contacts_external').on(t.appKey, t.externalId),
      index('contacts_app').on(t.appKey, t.key),
    ],
  )

  const devices = table(
    'devices',
    {
      key: key(),
      appKey: big('app_key').notNull(),
      deviceId: text('device_id').notNull(),
      contactKey: big('contact_key')
        .notNull()
        .references(() => contacts.key, { onDelete: 'cascade' }),
      platform: text('platform'),
      osVersion: text('os_version'),
      appVersion: text('app_version'),
      model: text('model'),
      locale: text('locale'),
      timezone: text('timezone'),
      sdkVersion: text('sdk_version'),
      pushToken: text('push_token'),
      lastSeenAt: big('last_seen_at').notNull(),
      createdAt: big('created_at').notNull(),
    },
    (t) => [
      uniqueIndex('devices_device').on(t.appKey, t.deviceId),
      index('devices_contact').on(t.contactKey),
    ],
  )

  // External ids whose users the host deleted: tokens made before let nobody in.
  const departedMembers = table(
    'departed_members',
    {
      appKey: big('app_key').notNull(),
      externalId: text('external_id').notNull(),
      at: big('at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.appKey, t.externalId] })],
  )

  return { contacts, devices, departedMembers }
}
