import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  connectAdmin,
  connectVisitor,
  createAdminClient,
  createVisitorClient,
} from '../../src/client/index.js'
import { people, shop, startTestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { BadNetwork } from './helpers/bad-network.js'

const lines = 200
const impatient = { backoff: { first: 10, longest: 50 }, ackTimeout: 150, pingInterval: 100 }

test('over a network that cuts, delays and swallows everything arrives once and in order', async () => {
  await using server = await startTestServer()
  await using network = await BadNetwork.before(server.port)
  const { url } = network
  const visitor = createVisitorClient({
    url,
    appId: shop.id,
    apiKey: shop.publishableKey,
    deviceId: 'bad-network',
  })
  const agent = createAdminClient({ url, token: people.ana.token })
  const { id } = await visitor.start()
  const [visitorLive, agentLive] = [connectVisitor(visitor, impatient), connectAdmin(agent, impatient)]
  const [theirs, hers] = [visitorLive.conversation(id), agentLive.conversation(id)]
  await Promise.all([theirs.ready, hers.ready])

  const expected = { user: [] as string[], agent: [] as string[] }
  for (let count = 0; count < lines; count++) {
    for (const [name, feed] of [
      ['user', theirs],
      ['agent', hers],
    ] as const) {
      expected[name].push(`${name} ${count}`)
      feed.send({ body: `${name} ${count}` })
    }
    if (count % 40 === 10) network.cut()
    if (count % 40 === 20) network.delay = count % 80 === 20 ? 15 : 0
    network.swallowing = count % 50 > 45
    await pause(5)
  }
  network.delay = 0
  network.swallowing = false
  const feeds = [theirs, hers]
  await until(
    'all is acknowledged and seen',
    () => feeds.every(({ pending, lastSequence }) => pending.length === 0 && lastSequence === 2 * lines),
    { deadline: 30_000 },
  )
  for (const feed of feeds) {
    expect(feed.messages.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 2 * lines }, (_, n) => n + 1),
    )
    for (const side of ['user', 'agent'] as const)
      expect(feed.messages.filter(({ sender }) => sender === side).map(({ body }) => body)).toEqual(
        expected[side],
      )
  }
  visitorLive.close()
  agentLive.close()
}, 60_000)
