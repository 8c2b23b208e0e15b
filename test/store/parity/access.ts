import { expect } from 'vitest'
import type { ApiKey } from '../../../src/server/core/model.js'
import { appRow, conversationRow, entryRow, messageRow, start, uniqueId } from '../rows.js'
import type { ParityCase } from './world.js'

const keyRow = (appKey: number, hash: string): Omit<ApiKey, 'key'> => ({
  id: uniqueId('key'),
  appKey,
  kind: 'secret',
  prefix: 'sk_12345',
  hash,
  name: null,
  scopes: ['read', 'write'],
  createdAt: start,
  lastUsedAt: null,
  expiresAt: null,
  revokedAt: null,
})

export const accessCases: ParityCase[] = [
  {
    title: 'an app is found by id and key, listed and changed field by field',
    run: async ({ app, read, write }) => {
      expect(await read.apps.byId(app.id)).toEqual(app)
      expect(await read.apps.byKey(app.key)).toEqual(app)
      expect(await read.apps.byId('app_unknown')).toBeUndefined()
      expect(await read.apps.list()).toContainEqual(app)
      const settings = { requireIdentity: true }
      expect(await write((queries) => queries.apps.update(app.key, { settings }))).toEqual({
        ...app,
        settings,
      })
      expect(await write((queries) => queries.apps.update(app.key, {}))).toEqual({ ...app, settings })
    },
  },
  {
    title: 'an app is deleted with all that is in it',
    run: async (world) => {
      const { write, read } = world
      const other = await write((queries) => queries.apps.insert(appRow()))
      const thread = await write((queries) => queries.conversations.insert(conversationRow(other.key)))
      await write(async (queries) => {
        await queries.messages.insert(messageRow(thread.key, 1))
        await queries.queue.enter(entryRow(other.key, thread.key))
      })
      await world.store.indexForSearch(1_000)
      await write((queries) => queries.apps.remove(other.key))
      expect(await read.apps.byKey(other.key)).toBeUndefined()
      expect(await read.conversations.byKey(thread.key)).toBeUndefined()
      expect(await read.messages.after(thread.key, 0, 10)).toEqual([])
      expect(await read.queue.sizes(other.key)).toEqual([])
    },
  },
  {
    title: 'an API key is found by its hash, and by its id only in its own app',
    run: async ({ app, read, write }) => {
      const hash = uniqueId('hash')
      const key = await write((queries) => queries.apiKeys.insert(keyRow(app.key, hash)))
      expect(await read.apiKeys.byHash(hash)).toEqual(key)
      expect(await read.apiKeys.byId(app.key, key.id)).toEqual(key)
      expect(await read.apiKeys.byId(app.key + 1, key.id)).toBeUndefined()
      await write((queries) => queries.apiKeys.update(key.key, { revokedAt: start }))
      expect(await read.apiKeys.list(app.key)).toEqual([{ ...key, revokedAt: start }])
    },
  },
  {
    title: 'a refresh token is used by exactly one of those who try at once',
    run: async (world) => {
      const { read, write } = world
      const agent = await world.agent()
      const hash = uniqueId('hash')
      await write((queries) =>
        queries.tokens.insertRefresh({
          hash,
          family: hash,
          agentKey: agent.key,
          createdAt: start,
          expiresAt: start + 1,
          usedAt: null,
          revokedAt: null,
        }),
      )
      const token = await read.tokens.refreshByHash(hash)
      const tries = [1, 2, 3, 4].map((at) =>
        write((queries) => queries.tokens.useRefresh(token?.key ?? 0, start + at)),
      )
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1)
      await write((queries) => queries.tokens.revokeFamily(hash, start + 9))
      await write((queries) => queries.tokens.revokeRefreshOf(agent.key, start + 10))
      expect(await read.tokens.refreshByHash(hash)).toMatchObject({ family: hash, revokedAt: start + 9 })
    },
  },
  {
    title: 'a personal token is listed, touched and revoked once',
    run: async (world) => {
      const { read, write } = world
      const agent = await world.agent()
      const hash = uniqueId('hash')
      const token = await write((queries) =>
        queries.tokens.insertPersonal({
          id: uniqueId('pat'),
          agentKey: agent.key,
          name: 'laptop',
          prefix: 'pat_1234',
          hash,
          createdAt: start,
          lastUsedAt: null,
          expiresAt: null,
          revokedAt: null,
        }),
      )
      await write((queries) => queries.tokens.touchPersonal(token.key, start + 1))
      expect(await read.tokens.personalByHash(hash)).toEqual({ ...token, lastUsedAt: start + 1 })
      expect(await read.tokens.personalOf(agent.key)).toHaveLength(1)
      const revoke = () => write((queries) => queries.tokens.revokePersonal(agent.key, token.id, start + 2))
      expect([await revoke(), await revoke()]).toEqual([true, false])
    },
  },
  {
    title: 'audit events are listed newest first, by action and page; those of the instance apart',
    run: async ({ app, read, write }) => {
      const event = (appKey: number | null, action: string) => ({
        id: uniqueId('aud'),
        appKey,
        at: start,
        actorType: 'agent',
        actorId: null,
        actorName: null,
        action,
        target: null,
        details: { a: [1, null] },
      })
      for (const action of ['key.created', 'key.revoked', 'key.created'])
        await write((queries) => queries.audit.insert(event(app.key, action)))
      await write((queries) => queries.audit.insert(event(null, 'instance.started')))
      const all = await read.audit.list(app.key, { limit: 10 })
      expect(all.map(({ action }) => action)).toEqual(['key.created', 'key.revoked', 'key.created'])
      expect(all[0]?.details).toEqual({ a: [1, null] })
      expect(await read.audit.list(app.key, { limit: 10, beforeKey: all[0]?.key })).toEqual(all.slice(1))
      expect(await read.audit.list(app.key, { limit: 10, action: 'key.revoked' })).toEqual([all[1]])
      expect((await read.audit.list(null, { limit: 1 }))[0]?.action).toBe('instance.started')
    },
  },
  {
    title: 'what an operator did behind a key is known from the audit events',
    run: async ({ app, read, write }) => {
      const insert = (actorType: string) =>
        write((queries) =>
          queries.audit.insert({
            ...{ id: uniqueId('aud'), appKey: app.key, at: start, actorType, actorId: null, actorName: null },
            ...{ action: 'key.revoke', target: null, details: {} },
          }),
        )
      await insert('operator')
      const seen = await read.audit.newestKey()
      expect(await read.audit.byOperatorsSince(seen)).toEqual([])
      await insert('agent')
      expect(await read.audit.newestKey()).toBeGreaterThan(seen)
      expect(await read.audit.byOperatorsSince(seen)).toEqual([])
      await insert('operator')
      const done = await read.audit.byOperatorsSince(seen)
      expect(done).toEqual([{ key: await read.audit.newestKey(), appKey: app.key }])
    },
  },
]
