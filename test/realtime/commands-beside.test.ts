import { expect, test } from 'vitest'
import { openInstance } from '../../src/server/context.js'
import { visitorOf } from '../client/helpers/people.js'
import { postgresUrl, sqliteUrl } from '../helpers/databases.js'
import { people, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'

const databases: [name: string, url: () => Promise<string> | string][] = [
  ['SQLite', sqliteUrl],
  ['Postgres', postgresUrl],
]

/** The shop as a command sees it that opens the same data beside the running server. */
async function beside({ installation: { config, secrets, loggers } }: TestServer) {
  const instance = await openInstance(config, secrets, loggers)
  const app = await instance.context.store.read.apps.byId(shop.id)
  if (app === undefined) throw new Error(`${shop.id} is missing`)
  return { instance, operator: { type: 'operator', app } as const }
}

test.each(databases)(
  'a command that revokes a key on the data folder cuts the connections of that key on %s',
  async (_name, url) => {
    await using server = await startTestServer({ databaseUrl: await url() })
    using visitor = visitorOf(server, 'phone')
    await until('the visitor is connected', () => visitor.live.state.phase === 'connected')
    const { instance, operator } = await beside(server)
    await using command = instance
    const keys = await command.core.keys.list(operator)
    const publishable = keys.find(({ kind }) => kind === 'publishable')
    await command.core.keys.revoke(operator, publishable?.id ?? '')
    await until('the visitor is cut', () => visitor.live.state.phase !== 'connected')
  },
)

test('whoever watches looks afresh after a command, and not after what the server did itself', async () => {
  await using server = await startTestServer()
  using visitor = visitorOf(server, 'phone')
  await until('the visitor is connected', () => visitor.live.state.phase === 'connected')
  const told: string[] = []
  visitor.live.on('sync:required', () => told.push('sync:required'))
  const { audit } = server.instance.context.store.read
  const seen = await audit.newestKey()
  const own = { Authorization: `Bearer ${people.olga.token}`, 'Content-Type': 'application/json' }
  const patch = { method: 'PATCH', headers: own, body: '{"routing":"manual"}' }
  expect((await fetch(`${server.url}/v1/admin/settings`, patch)).status).toBe(200)
  expect(await audit.newestKey()).toBeGreaterThan(seen)
  expect(await audit.operatorSince(seen)).toBe(false)
  const { instance, operator } = await beside(server)
  await using command = instance
  await command.core.apps.update(operator, { settings: { routing: 'round_robin' } })
  await until('the visitor is told', () => told.length > 0)
})
