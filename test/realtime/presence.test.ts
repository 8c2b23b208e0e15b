import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/server/adapters/clock.js'
import type { Presence, PresenceSubject } from '../../src/server/core/ports.js'
import { createMemoryPresence } from '../../src/server/realtime/memory-presence.js'
import type { Exchange } from '../../src/server/realtime/nodes/exchange.js'
import { SharedPresence } from '../../src/server/realtime/nodes/shared-presence.js'
import { until } from '../helpers/until.js'
import { eachCarrier, openExchange, type SharedServer } from './carriers.js'

const lingerMs = 60
const ana: PresenceSubject = { type: 'agent', appKey: 1, key: 7 }
const visitor: PresenceSubject = { type: 'contact', appKey: 1, key: 7 }
const foreign: PresenceSubject = { type: 'agent', appKey: 2, key: 7 }

/** What holds for one node, whatever it shares. */
function asOneNode(open: () => Promise<{ presence: Presence } & AsyncDisposable>): void {
  test('is online from the first connection to the time after the last one', async () => {
    await using node = await open()
    const { presence } = node
    let offline = 0
    expect(await presence.connect(ana, 'one')).toBe(true)
    expect(await presence.connect(ana, 'two')).toBe(false)
    await presence.disconnect(ana, 'one', () => offline++)
    await presence.disconnect(ana, 'two', () => offline++)
    expect(presence.online(ana)).toBe(true)
    await until('it is offline', () => !presence.online(ana))
    expect(offline).toBe(1)
    expect(await presence.connect(ana, 'three')).toBe(true)
  })

  test('stays online when somebody comes back soon', async () => {
    await using node = await open()
    const { presence } = node
    let offline = 0
    await presence.connect(ana, 'one')
    await presence.disconnect(ana, 'one', () => offline++)
    expect(await presence.connect(ana, 'two')).toBe(false)
    await presence.disconnect(ana, 'one', () => offline++)
    await new Promise((resolve) => systemClock.after(2 * lingerMs, () => resolve(undefined)))
    expect([presence.online(ana), offline]).toEqual([true, 0])
  })

  test('tells apart agents and contacts, and one app from another', async () => {
    await using node = await open()
    const { presence } = node
    await presence.connect(ana, 'one')
    expect([presence.online(visitor), presence.online(foreign)]).toEqual([false, false])
    expect([presence.onlineKeys(1, 'agent'), presence.onlineKeys(1, 'contact')]).toEqual([[7], []])
    expect(presence.onlineKeys(2, 'agent')).toEqual([])
  })
}

describe('Presence in memory', () => {
  asOneNode(async () => ({
    presence: createMemoryPresence(systemClock, lingerMs),
    [Symbol.asyncDispose]: async () => {},
  }))
})

interface Node extends AsyncDisposable {
  presence: Presence
  exchange: Exchange
  untold: string[]
}

async function openNode(server: SharedServer, name: string): Promise<Node> {
  const exchange = await openExchange(server, name)
  const presence = new SharedPresence(createMemoryPresence(systemClock, lingerMs), exchange)
  const untold: string[] = []
  presence.onUntold((subject, online) => untold.push(`${subject.type} ${subject.key} ${online}`))
  return { presence, exchange, untold, [Symbol.asyncDispose]: () => exchange[Symbol.asyncDispose]() }
}

async function openNodes(server: SharedServer, name: string): Promise<[Node, Node, Node]> {
  const nodes: [Node, Node, Node] = [
    await openNode(server, name),
    await openNode(server, name),
    await openNode(server, name),
  ]
  await until('they know each other', () => nodes.every(({ exchange }) => exchange.others.length === 2))
  return nodes
}

eachCarrier('Presence', (kind) => {
  let server: SharedServer & AsyncDisposable
  let count = 0
  const freshName = () => `presence-${++count}`
  beforeAll(async () => {
    server = await kind.provide()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  asOneNode(() => openNode(server, freshName()))

  test('is the same on every node, and is told by the one where it changed', async () => {
    const [one, other, third] = await openNodes(server, freshName())
    await using _one = one
    await using _other = other
    await using _third = third
    let offline = 0
    expect(await one.presence.connect(ana, 'one')).toBe(true)
    await until('all know', () => other.presence.online(ana) && third.presence.online(ana))
    expect(await other.presence.connect(ana, 'two')).toBe(false)
    expect(third.presence.onlineKeys(1, 'agent')).toEqual([7])
    await one.presence.disconnect(ana, 'one', () => offline++)
    await until('its first node has let go', () => other.presence.onlineKeys(1, 'agent').length === 1)
    await other.presence.disconnect(ana, 'two', () => offline++)
    await until('it is offline', () => [one, other, third].every(({ presence }) => !presence.online(ana)))
    const untold = [one, other, third].flatMap((node) => node.untold)
    expect(offline + untold.length).toBe(1)
  })

  test('is told once when the last two connections end on two nodes at once', async () => {
    const nodes = await openNodes(server, freshName())
    await using _one = nodes[0]
    await using _other = nodes[1]
    await using _third = nodes[2]
    let offline = 0
    await Promise.all(nodes.map(({ presence }, index) => presence.connect(ana, `connection ${index}`)))
    await until('all know', () => nodes.every(({ presence }) => presence.online(ana)))
    const end = ({ presence }: Node, index: number) =>
      presence.disconnect(ana, `connection ${index}`, () => offline++)
    await Promise.all(nodes.map(end))
    await until('it is offline', () => nodes.every(({ presence }) => !presence.online(ana)))
    expect(offline + nodes.flatMap(({ untold }) => untold).length).toBe(1)
  })

  test('is known to a node that starts later', async () => {
    const name = freshName()
    await using one = await openNode(server, name)
    await one.presence.connect(ana, 'one')
    await one.presence.connect(visitor, 'two')
    await using late = await openNode(server, name)
    await until('it knows', () => late.presence.online(ana) && late.presence.online(visitor))
    expect(await late.presence.connect(ana, 'three')).toBe(false)
    expect(late.untold).toEqual([])
  })

  test('ends with a node that stops, unless those who were there come to another', async () => {
    const [one, other, third] = await openNodes(server, freshName())
    await using _other = other
    await using _third = third
    await one.presence.connect(ana, 'one')
    await one.presence.connect(visitor, 'two')
    await until('all know', () => other.presence.online(visitor) && third.presence.online(visitor))
    await one[Symbol.asyncDispose]()
    expect(await other.presence.connect(ana, 'three')).toBe(false)
    const gone = () => !other.presence.online(visitor) && !third.presence.online(visitor)
    await until('the visitor is offline', gone, { deadline: 10_000 })
    expect([...other.untold, ...third.untold]).toEqual(['contact 7 false'])
    expect([other.presence.online(ana), third.presence.online(ana)]).toEqual([true, true])
  })

  test('is right again after the server was away, whatever happened meanwhile', async () => {
    const [one, other, third] = await openNodes(server, freshName())
    await using _one = one
    await using _other = other
    await using _third = third
    await one.presence.connect(ana, 'one')
    await until('all know', () => other.presence.online(ana) && third.presence.online(ana))
    await server.stop()
    await until('its absence is known', () =>
      [one, other, third].every(({ exchange }) => !exchange.connected),
    )
    await one.presence.connect(visitor, 'two')
    await one.presence.disconnect(ana, 'one', () => {})
    await until('it is offline here', () => !one.presence.online(ana))
    await server.start()
    const right = ({ presence }: Node) => presence.online(visitor) && !presence.online(ana)
    await until('all know', () => right(other) && right(third), { deadline: 15_000 })
    expect([...other.untold, ...third.untold]).toEqual([])
  })
})
