import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DomainEvent } from '../../src/server/core/events.js'
import { appShards, shardOfApp } from '../../src/server/realtime/nodes/shards.js'
import { until } from '../helpers/until.js'
import { type BusNode, knowEachOther, openNode, openPair, shop, texts } from './bus-nodes.js'
import { eachCarrier, type SharedServer } from './carriers.js'
import { created, numbered } from './events.js'

/** An app of the same shard as the shop, and one of another. */
const neighbour = shop + appShards
const stranger = shop + 1

const presence: DomainEvent = {
  type: 'presence.changed',
  appKey: shop,
  appId: 'app_shop',
  subject: 'agent',
  id: 'agt_1',
  key: 1,
  name: 'Ana',
  externalId: null,
  online: true,
  conversationKeys: [],
  at: 0,
}

const letsGo = ({ exchange }: BusNode): Promise<unknown> =>
  until('it is let go', () => !exchange.hears(shardOfApp(shop)))

eachCarrier('The shards of the bus', (kind) => {
  let server: SharedServer & AsyncDisposable
  beforeAll(async () => {
    server = await kind.provide()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('bring a node nothing of apps that nobody there needs, and all that every node acts on', async () => {
    await using busy = await openNode(server, 'nothing')
    await using quiet = await openNode(server, 'nothing', [stranger])
    await knowEachOther(busy, quiet)
    for (const text of texts(500)) busy.bus.publish(numbered(text))
    busy.bus.publish(created(1, 1))
    busy.bus.publish(presence)
    busy.bus.publish(numbered('for the stranger', stranger))
    await until('both have come', () => quiet.heard.length === 2)
    expect(quiet.heard.toSorted()).toEqual(['for the stranger', 'presence.changed'])
    expect(quiet.received.join('')).not.toMatch(/text \d|message\.created/)
    expect(quiet.gaps).toEqual([])
  })

  test('miss nothing for who comes while others write', { timeout: 120_000 }, async () => {
    const writer = await openNode(server, 'coming')
    const reader = await openNode(server, 'coming', [])
    await using _writer = writer
    await using _reader = reader
    await knowEachOther(writer, reader)
    let committed = 0
    const writing = setInterval(() => {
      for (let count = 0; count < 5; count++) writer.bus.publish(numbered(String(++committed)))
    }, 1)
    try {
      for (let round = 0; round < 25; round++) {
        const release = await reader.bus.follow(shop)
        // As a snapshot is read after the admission.
        const snapshot = committed
        await until('later ones have come', () => Number(reader.heard.at(-1)) > snapshot + 10)
        const numbers = reader.heard.map(Number)
        const first = numbers[0] ?? 0
        expect(first).toBeLessThanOrEqual(snapshot + 1)
        expect(numbers).toEqual(numbers.map((_, index) => first + index))
        release()
        await letsGo(reader)
        reader.heard.length = 0
      }
    } finally {
      clearInterval(writing)
    }
    // Each beginning is told of its apps, before anybody is let in; numbers never jump.
    expect(reader.gaps.length).toBe(25)
  })

  test('are held for a while by the last who leaves, and are whole for who comes back', async () => {
    await using one = await openNode(server, 'back')
    await using other = await openNode(server, 'back', [])
    await knowEachOther(one, other)
    const first = await other.bus.follow(shop)
    const second = await other.bus.follow(neighbour)
    one.bus.publish(created(1, 1))
    await until('it has come', () => other.heard.length === 1)
    first()
    first()
    one.bus.publish(created(1, 2))
    await until('it comes for the neighbour', () => other.heard.length === 2)
    second()
    await letsGo(other)
    for (const sequence of [3, 4, 5]) one.bus.publish(created(1, sequence))
    one.bus.publish(presence)
    await until('they have been sent', () => other.heard.includes('presence.changed'))
    await other.bus.follow(shop)
    other.heard.length = 0
    other.gaps.length = 0
    one.bus.publish(created(1, 6))
    one.bus.publish(created(1, 7))
    await until('they have come', () => other.heard.length === 2)
    // What was said meanwhile is in the snapshot of whoever came: it is neither waited for nor told as a gap.
    expect(other).toMatchObject({ heard: ['#6', '#7'], gaps: [] })
  })

  test('let in who comes while the server is away, and tell them to look afresh when it is back', async () => {
    const [one, other] = await openPair(server, 'away')
    await using _one = one
    await using _other = other
    await server.stop()
    await until('its absence is known', () => !one.exchange.connected && !other.exchange.connected)
    await other.bus.follow(stranger)
    other.gaps.length = 0
    one.bus.publish(numbered('missed', stranger))
    await server.start()
    const told = () => other.gaps.some((gap) => gap.of === 'apps' && gap.includes(stranger))
    await until('the gap is told', told, { deadline: 20_000 })
    one.bus.publish(numbered('heard', stranger))
    await until('it has come', () => other.heard.includes('heard'))
  })

  test('divide the apps evenly', () => {
    const shards = Array.from({ length: 10 * appShards }, (_, index) => shardOfApp(index + 1))
    const counts = new Map<number, number>()
    for (const shard of shards) counts.set(shard, (counts.get(shard) ?? 0) + 1)
    expect([...counts.values()]).toEqual(Array(appShards).fill(10))
  })
})
