import type { AppSettings, KeyKind, KeyScope, Role } from '../../core/model.js'
import type { Kit } from '../kit.js'

/** Apps, what lets software and agents in, and the record of what was done. */
export function accessTables({ table, key, text, int, big, json, index, uniqueIndex, primaryKey }: Kit) {
  const apps = table(
    'apps',
    {
      key: key(),
      id: text('id').notNull(),
      name: text('name').notNull(),
      identitySecret: text('identity_secret').notNull(),
      settings: json<Partial<AppSettings>>('settings').notNull(),
      createdAt: big('created_at').notNull(),
    },
    (t) => [uniqueIndex('apps_id').on(t.id)],
  )

  const apiKeys = table(
    'api_keys',
    {
      key: key(),
      id: text('id').notNull(),
      appKey: big('app_key')
        .notNull()
        .references(() => apps.key, { onDelete: 'cascade' }),
      kind: text('kind').$type<KeyKind>().notNull(),
      prefix: text('prefix').notNull(),
      hash: text('hash').notNull(),
      name: text('name'),
      scopes: json<KeyScope[]>('scopes').notNull(),
      createdAt: big('created_at').notNull(),
      lastUsedAt: big('last_used_at'),
      expiresAt: big('expires_at'),
      revokedAt: big('revoked_at'),
    },
    (t) => [
      uniqueIndex('api_keys_id').on(t.id),
      uniqueIndex('api_keys_hash').on(t.hash),
      index('api_keys_app').on(t.appKey),
    ],
  )

  const agents = table(
    'agents',
    {
      key: key(),
      id: text('id').notNull(),
      name: text('name').notNull(),
      email: text('email').notNull(),
      passwordHash: text('password_hash'),
      availability: text('availability').$type<'online' | 'away' | 'offline'>().notNull().default('online'),
      failedLogins: int('failed_logins').notNull().default(0),
      failedLoginsSince: big('failed_logins_since'),
      lockedUntil: big('locked_until'),
      createdAt: big('created_at').notNull(),
      disabledAt: big('disabled_at'),
    },
    (t) => [uniqueIndex('agents_id').on(t.id), uniqueIndex('agents_email').on(t.email)],
  )

  const memberships = table(
    'memberships',
    {
      appKey: big('app_key')
        .notNull()
        .references(() => apps.key, { onDelete: 'cascade' }),
      agentKey: big('agent_key')
        .notNull()
        .references(() => agents.key, { onDelete: 'cascade' }),
      role: text('role').$type<Role>().notNull(),
      capacity: int('capacity').notNull().default(5),
      createdAt: big('created_at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.appKey, t.agentKey] }), index('memberships_agent').on(t.agentKey)],
  )

  const refreshTokens = table(
    'refresh_tokens',
    {
      key: key(),
      hash: text('hash').notNull(),
      family: text('family').notNull(),
      agentKey: big('agent_key')
        .notNull()
        .references(() => agents.key, { onDelete: 'cascade' }),
      createdAt: big('created_at').notNull(),
      expiresAt: big('expires_at').notNull(),
      usedAt: big('used_at'),
      revokedAt: big('revoked_at'),
    },
    (t) => [uniqueIndex('refresh_tokens_hash').on(t.hash), index('refresh_tokens_family').on(t.family)],
  )

  const personalTokens = table(
    'personal_tokens',
    {
      key: key(),
      id: text('id').notNull(),
      agentKey: big('agent_key')
        .notNull()
        .references(() => agents.key, { onDelete: 'cascade' }),
      name: text('name'),
      prefix: text('prefix').notNull(),
      hash: text('hash').notNull(),
      createdAt: big('created_at').notNull(),
      lastUsedAt: big('last_used_at'),
      expiresAt: big('expires_at'),
      revokedAt: big('revoked_at'),
    },
    (t) => [uniqueIndex('personal_tokens_id').on(t.id), uniqueIndex('personal_tokens_hash').on(t.hash)],
  )

  const auditEvents = table(
    'audit_events',
    {
      key: key(),
      id: text('id').notNull(),
      appKey: big('app_key'),
      at: big('at').notNull(),
      actorType: text('actor_type').notNull(),
      actorId: text('actor_id'),
      actorName: text('actor_name'),
      action: text('action').notNull(),
      target: text('target'),
      details: json<Record<string, unknown>>('details').notNull(),
    },
    (t) => [index('audit_events_app').on(t.appKey, t.key)],
  )

  return { apps, apiKeys, agents, memberships, refreshTokens, personalTokens, auditEvents }
}
