import { expect, test } from 'vitest'
import { type Instance, openInstance } from '../../src/server/context.js'
import { record } from '../../src/server/core/audit.js'
import { isOfApp } from '../../src/server/core/gaps.js'
import type { Gap } from '../../src/server/core/ports.js'
import { CommandsBeside } from '../../src/server/realtime/commands-beside.js'
import { createMemoryBus } from '../../src/server/realtime/memory-bus.js'
import { visitorOf } from '../client/helpers/people.js'
import { handMovedClock } from '../helpers/clock.js'
import { postgresUrl, sqliteUrl } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'
import { makeInstallation } from '../helpers/seed.js'
import { people, rival, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { connect, type Live } from '../protocols/live.js'

const databases: [name: string, url: () => Promise<string> | string][] = [
  ['SQLite', sqliteUrl],
  ['Postgres', postgresUrl],
]

/** The shop as a command sees it that opens the same data beside the running server. */
async function beside({ installation: { config, secrets, loggers } }: TestServer) {
  const instance = await openInstance(config, secrets, loggers)
  return { instance, operator: await operatorOf(instance, shop.id) }
}

async function operatorOf({ context }: Instance, appId: string) {
  const app = await context.store.read.apps.byId(appId)
  if (app === undefined) throw new Error(`${appId} is missing`)
  return { type: 'operator', app } as const
}

const visitorOfRival = (server: TestServer): Promise<Live> =>
  connect(server, '/client', { app_id: rival.id, device_id: 'phone', api_key: rival.publishableKey })

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
  visitor.live.on('sync:required', () => told.push('visitor of the shop'))
  using stranger = await visitorOfRival(server)
  stranger.socket.on('sync:required', () => told.push('visitor of the rival'))
  const { audit } = server.instance.context.store.read
  const seen = await audit.newestKey()
  const own = { Authorization: `Bearer ${people.olga.token}`, 'Content-Type': 'application/json' }
  const patch = { method: 'PATCH', headers: own, body: '{"routing":"manual"}' }
  expect((await fetch(`${server.url}/v1/admin/settings`, patch)).status).toBe(200)
  expect(await audit.newestKey()).toBeGreaterThan(seen)
  expect(await audit.byOperatorsSince(seen)).toEqual([])
  const { instance, operator } = await beside(server)
  await using command = instance
  await command.core.apps.update(operator, { settings: { routing: 'round_robin' } })
  await until('the visitor is told', () => told.length > 0)
  await command.core.apps.update(await operatorOf(command, rival.id), {
    settings: { routing: 'round_robin' },
  })
  await until('the other one is told', () => told.length > 1)
  expect(told).toEqual(['visitor of the shop', 'visitor of the rival'])
})

describeWith('postgres', 'Beside commands on Postgres', () => {
  test('what was written first and commits last is heard of too', async () => {
    const { config, secrets, loggers } = await makeInstallation({ databaseUrl: await postgresUrl() })
    await using instance = await openInstance(config, secrets, loggers)
    const { store } = instance.context
    const failures: unknown[] = []
    const clock = handMovedClock()
    await using beside = new CommandsBeside(store, clock, (error) => failures.push(error))
    const gaps: Gap[] = []
    beside.heardOn(createMemoryBus((error) => failures.push(error))).onGap((gap) => gaps.push(gap))
    await beside.start()
    const [early, late] = [await operatorOf(instance, shop.id), await operatorOf(instance, rival.id)]
    let commit = () => {}
    const mayCommit = new Promise<void>((resolve) => {
      commit = resolve
    })
    let written = false
    const held = store.transaction(async (transaction) => {
      await record(instance.context, transaction, late, { action: 'key.revoke' })
      written = true
      await mayCommit
    })
    await until('it is written', () => written)
    await store.transaction((transaction) =>
      record(instance.context, transaction, early, { action: 'key.revoke' }),
    )
    const includes = (gap: Gap | undefined) =>
      [early, late].map(({ app }) => gap !== undefined && isOfApp(gap, app.key))
    clock.advance(1_000)
    await until('the first that commits is told', () => gaps.length > 0)
    commit()
    await held
    clock.advance(1_000)
    await until('the second is told', () => gaps.length > 1)
    expect(gaps.map(includes)).toEqual([
      [true, false],
      [false, true],
    ])
    expect(failures).toEqual([])
  })
})
