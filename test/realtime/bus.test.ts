import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/server/adapters/clock.js'
import type { DomainEvent } from '../../src/server/core/events.js'
import { unmeasured } from '../../src/server/core/ports/measure.js'
import type { Bus } from '../../src/server/core/ports.js'
import type { Exchange } from '../../src/server/realtime/nodes/exchange.js'
import { createSharedBus } from '../../src/server/realtime/nodes/shared-bus.js'
import { until } from '../helpers/until.js'
import { eachCarrier, openExchange, type SharedServer } from './carriers.js'
import { created, numbered, textOf } from './events.js'

interface Node extends AsyncDisposable {
  bus: Bus
  exchange: Exchange
  heard: string[]
  gaps: (DomainEvent | null)[]
}

async function openNode(server: SharedServer, name?: string): Promise<Node> {
  const exchange = await openExchange(server, name)
  const report = (error: unknown) => {
    throw error
  }
  const bus = createSharedBus(exchange, { clock: systemClock, measure: unmeasured, report })
  const node: Node = {
    bus,
    exchange,
    heard: [],
    gaps: [],
    [Symbol.asyncDispose]: () => exchange[Symbol.asyncDispose](),
  }
  bus.subscribe((event) => node.heard.push(textOf(event)))
  bus.onGap((about) => node.gaps.push(about))
  return node
}

/** Two nodes that know each other, and have told their first gaps. */
async function openPair(server: SharedServer, name: string): Promise<[Node, Node]> {
  const one = await openNode(server, name)
  const other = await openNode(server, name)
  await until('they know each other', () => one.exchange.others.length + other.exchange.others.length === 2)
  return [one, other]
}

const texts = (count: number, from = 'text') =>
  Array.from({ length: count }, (_, index) => `${from} ${index}`)

eachCarrier('The bus', (kind) => {
  let server: SharedServer & AsyncDisposable
  beforeAll(async () => {
    server = await kind.provide()
  })
  afterAll(() => server[Symbol.asyncDispose]())

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
    await until('all have come', () => whole() || other.gaps.includes(null), { deadline: 15_000 })
    if (kind.name === 'Redis') expect(other.heard).toEqual(one.heard)
    other.bus.publish(numbered('back'))
    await until('it has come', () => one.heard.includes('back'))
  })

  test('takes what comes twice once, and tells of what never comes', async () => {
    await using node = await openNode(server, 'numbers')
    const silent = { received: () => {}, connected: () => {}, report: () => {} }
    await using peer = await server.carrier('numbers')(silent)
    const sent = (number: number, text: string) =>
      JSON.stringify(['another-node', number, Date.now(), 'event', numbered(text)])
    await peer.send([sent(1, 'a'), sent(2, 'b'), sent(1, 'a'), sent(2, 'b'), sent(3, 'c')])
    await until('they have come', () => node.heard.includes('c'))
    expect(node).toMatchObject({ heard: ['a', 'b', 'c'], gaps: [] })
    await peer.send([sent(6, 'f'), sent(8, 'h'), sent(9, 'i')])
    await until('the gap is told', () => node.gaps.length > 0)
    expect(node).toMatchObject({ heard: ['a', 'b', 'c', 'f', 'h', 'i'], gaps: [null] })
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
    expect(one.gaps).toMatchObject([{ conversation: { conversationKey: 1 } }])
    expect(other.heard.slice(3)).toEqual(['#6', '#7'])
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
