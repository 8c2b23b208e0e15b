import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Bus } from '../../src/server/core/ports.js'
import { createMemoryBus } from '../../src/server/realtime/memory-bus.js'
import { commonShard, shardOfApp } from '../../src/server/realtime/nodes/shards.js'
import { handMovedClock } from '../helpers/clock.js'
import { until } from '../helpers/until.js'
import { openNode, openPair, shop, texts } from './bus-nodes.js'
import { eachCarrier, type SharedServer } from './carriers.js'
import { came, created, numbered, textOf } from './events.js'

/** What holds for one node, whatever it shares. */
function asOneNode(open: () => Promise<{ bus: Bus } & AsyncDisposable>): void {
  test('tells its own listeners at once and in order, until they leave', async () => {
    await using node = await open()
    const heard: string[] = []
    const leave = node.bus.subscribe((event) => heard.push(textOf(event)))
    const release = await node.bus.follow(shop)
    node.bus.publish(numbered('followed'))
    release()
    node.bus.publish(numbered('of an app that nobody follows', 7))
    expect(heard).toEqual(['followed', 'of an app that nobody follows'])
    leave()
    node.bus.publish(numbered('unheard'))
    expect(heard).toHaveLength(2)
  })
}

describe('The bus in memory', () => {
  asOneNode(async () => ({ bus: createMemoryBus(() => {}), [Symbol.asyncDispose]: async () => {} }))
})

eachCarrier('The bus', (kind) => {
  let server: SharedServer & AsyncDisposable
  beforeAll(async () => {
    server = await kind.provide()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  asOneNode(() => openNode(server, 'alone', []))

  test('brings every event to the other node once and in order, and own ones at once', async () => {
    const [one, other] = await openPair(server, 'order')
    await using _one = one
    await using _other = other
    const expected = texts(2_000)
    for (const text of expected) one.bus.publish(numbered(text))
    expect(one.heard).toEqual(expected)
    other.bus.publish(numbered('from the other'))
    await until(
      'all have come',
      () => other.heard.length > expected.length && one.heard.length > expected.length,
    )
    expect(other.heard.filter((text) => text !== 'from the other')).toEqual(expected)
    expect(one.heard.at(-1)).toBe('from the other')
  })

  test('brings events of any size and any text, equal ones too', async () => {
    const [one, other] = await openPair(server, 'sizes')
    await using _one = one
    await using _other = other
    const large = [
      'a'.repeat(30_000),
      'a'.repeat(30_000),
      'ü😀'.repeat(7_000),
      'x'.repeat(7_860),
      '"\\\n'.repeat(4_000),
    ]
    for (const text of large) one.bus.publish(numbered(text))
    await until('all have come', () => other.heard.length === large.length)
    expect(other.heard).toEqual(large)
  })

  test('keeps installations apart', async () => {
    await using one = await openNode(server, 'apart')
    await using near = await openNode(server, 'apart')
    await using foreign = await openNode(server, 'foreign')
    one.bus.publish(numbered('ours'))
    foreign.bus.publish(numbered('theirs'))
    await until('it has come', () => near.heard.length === 1)
    expect(foreign.heard).toEqual(['theirs'])
    expect(near.heard).toEqual(['ours'])
  })

  test('goes on here while the server is away, and brings everything when it is back', async () => {
    const [one, other] = await openPair(server, 'away')
    await using _one = one
    await using _other = other
    one.bus.publish(numbered('before'))
    await until('it has come', () => other.heard.includes('before'))
    await server.stop()
    await until('its absence is known', () => !one.exchange.connected && !other.exchange.connected)
    const meanwhile = texts(300, 'meanwhile')
    for (const text of meanwhile) one.bus.publish(numbered(text))
    expect(one.heard).toEqual(['before', ...meanwhile])
    await server.start()
    // Redis keeps what nobody has read; Postgres tells only those who listen already, and the others notice.
    const whole = () => other.heard.length === one.heard.length
    await until('all have come', () => whole() || other.gaps.length > 0, { deadline: 15_000 })
    if (kind.name === 'Redis') expect(other.heard).toEqual(one.heard)
    other.bus.publish(numbered('back'))
    await until('it has come', () => one.heard.includes('back'))
  })

  test('takes what comes twice once, and tells of what never comes', async () => {
    await using node = await openNode(server, 'numbers')
    const silent = { received: () => {}, connected: () => {}, report: () => {} }
    await using peer = await server.carrier('numbers')(silent)
    const sent = (number: number, text: string) => said(shardOfApp(shop), number, 'event', numbered(text))
    await peer.send([sent(1, 'a'), sent(2, 'b'), sent(1, 'a'), sent(2, 'b'), sent(3, 'c')])
    await until('they have come', () => node.heard.includes('c'))
    expect(node).toMatchObject({ heard: ['a', 'b', 'c'], gaps: [] })
    await peer.send([sent(6, 'f'), sent(8, 'h'), sent(9, 'i')])
    await until('the gap is told', () => node.gaps.length > 0)
    expect(node).toMatchObject({ heard: ['a', 'b', 'c', 'f', 'h', 'i'], gaps: [{ of: 'apps' }] })
  })

  test('tells of what is missing at the end, by what the other node says that it sent', async () => {
    await using node = await openNode(server, 'claims')
    const silent = { received: () => {}, connected: () => {}, report: () => {} }
    await using peer = await server.carrier('claims')(silent)
    const shard = shardOfApp(shop)
    const beat = (number: number, sent: number) => said(commonShard, number, 'beat', [[shard, sent]])
    await peer.send([beat(1, 0), said(shard, 1, 'event', numbered('a')), beat(2, 3)])
    await peer.send([
      said(shard, 2, 'event', numbered('b')),
      said(shard, 3, 'event', numbered('c')),
      beat(3, 5),
    ])
    await until('all have come', () => node.heard.length === 3)
    expect(node.gaps).toEqual([])
    await peer.send([beat(4, 5)])
    await until('the gap is told', () => node.gaps.length > 0)
    await peer.send([beat(5, 5), said(shard, 6, 'event', numbered('f'))])
    await until('the next has come', () => node.heard.includes('f'))
    expect(node.gaps).toMatchObject([{ of: 'apps' }])
  })

  test('takes it for no loss what was said before a node began', async () => {
    await using one = await openNode(server, 'began')
    for (const text of texts(5)) one.bus.publish(numbered(text))
    await using late = await openNode(server, 'began')
    one.bus.publish(numbered('heard'))
    await until('it has come', () => late.heard.includes('heard'))
    expect([late.heard, late.gaps, one.gaps]).toEqual([['heard'], [], []])
  })

  test('brings the messages of a conversation in order, whichever node stored them', async () => {
    const [one, other] = await openPair(server, 'sequences')
    await using _one = one
    await using _other = other
    one.bus.publish(created(1, 1))
    await until('it has come', () => other.heard.length === 1)
    other.bus.publish(created(1, 3))
    expect(other.heard).toEqual(['#1'])
    one.bus.publish(created(1, 2))
    await until('all have come', () => other.heard.length === 3 && one.heard.length === 3)
    expect([one.heard, other.heard]).toEqual([
      ['#1', '#2', '#3'],
      ['#1', '#2', '#3'],
    ])
    other.bus.publish(created(1, 6))
    other.bus.publish(created(1, 7))
    await until('both know of the gap', () => one.gaps.length + other.gaps.length === 2)
    expect(one.gaps).toMatchObject([{ of: 'conversation', event: { conversation: { conversationKey: 1 } } }])
    expect(other.heard.slice(3)).toEqual(['#6', '#7'])
  })

  test('tells which connections of visitors have ended with their node, also those from before it was heard', async () => {
    const clock = handMovedClock()
    const one = await openNode(server, 'sessions')
    for (const device of ['stays', 'goes', 'doubled', 'doubled']) one.bus.publish(came(device))
    await using other = await openNode(server, 'sessions', [shop], clock)
    await until('it has asked for them', () => other.received.some((text) => text.includes('"sessions",[{')))
    one.bus.publish({ ...came('goes'), type: 'session.disconnected' })
    await until('it has come', () => other.heard.length === 1)
    const parted: string[] = []
    other.bus.subscribe((event) => {
      if (event.type === 'session.disconnected') parted.push(event.session.deviceId)
    })
    await one[Symbol.asyncDispose]()
    await until('they are told', () => {
      clock.advance(1_000)
      return parted.length > 0
    })
    expect(parted).toEqual(['stays', 'doubled', 'doubled'])
  })

  test('closes while it is sending, and lets what was published leave', async () => {
    const [one, other] = await openPair(server, 'closing')
    await using _other = other
    const expected = texts(1_000)
    for (const text of expected) one.bus.publish(numbered(text))
    await one[Symbol.asyncDispose]()
    await until('all have come', () => other.heard.length === expected.length)
    expect(other.heard).toEqual(expected)
  })

  test('closes while the server is away', async () => {
    const [one, other] = await openPair(server, 'closing-away')
    await server.stop()
    one.bus.publish(numbered('lost'))
    await one[Symbol.asyncDispose]()
    await other[Symbol.asyncDispose]()
    await server.start()
  })
})

/** What another node sends. */
const said = (shard: number, number: number, topic: string, body: unknown) => ({
  shard,
  text: JSON.stringify(['another-node', shard, number, Date.now(), topic, body]),
})
