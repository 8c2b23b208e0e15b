import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MessageTrace } from '../../src/client/index.js'
import { systemClock } from '../../src/server/adapters/clock.js'
import { FanOutNotes } from '../../src/server/realtime/fan-out-notes.js'
import { fanOutsOf } from '../../src/server/realtime/fan-outs.js'
import { Exchange } from '../../src/server/realtime/nodes/exchange.js'
import { makeQuestion } from '../../src/server/realtime/nodes/questions.js'
import { handMovedClock } from '../helpers/clock.js'
import { asBearer, call, people, shop, startTestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { connectAgent, connectVisitor, newConversation } from '../protocols/live.js'
import { eachCarrier, type SharedServer } from './carriers.js'

describe('What a node notes of its fan-outs', () => {
  test('is when a message was handed to how many connections', () => {
    const clock = handMovedClock()
    const notes = new FanOutNotes(clock, 4)
    const createdAt = clock.now()
    notes.add(7, 3)
    notes.add(8, 0)
    clock.advance(1_000)
    expect(notes.of({ key: 7, createdAt })).toEqual({ outcome: 'told', at: createdAt, connections: 3 })
    expect(notes.of({ key: 8, createdAt })).toEqual({ outcome: 'told', at: createdAt, connections: 0 })
    expect(notes.of({ key: 9, createdAt })).toEqual({ outcome: 'not_heard' })
  })

  test('is forgotten when newer messages need the place, and of the time before it began', () => {
    const clock = handMovedClock()
    const notes = new FanOutNotes(clock, 4)
    const createdAt = clock.now()
    notes.add(3, 1)
    notes.add(7, 2)
    notes.add(3, 9)
    expect(notes.of({ key: 3, createdAt })).toEqual({ outcome: 'forgotten' })
    expect(notes.of({ key: 7, createdAt })).toMatchObject({ connections: 2 })
    expect(notes.of({ key: 11, createdAt })).toEqual({ outcome: 'not_heard' })
    expect(notes.of({ key: 2, createdAt: createdAt - 1 })).toEqual({ outcome: 'forgotten' })
  })
})

test('A node counts each connection once that it hands a message to, whatever its rooms, and on every protocol', async () => {
  await using server = await startTestServer()
  const { id, deviceId } = await newConversation(server)
  using visitor = await connectVisitor(server, deviceId)
  using ana = await connectAgent(server, 'ana')
  using adam = await connectAgent(server, 'adam')
  await visitor.ask('conversation:join', { conversation_id: id })
  for (const agent of [ana, adam]) await agent.ask('app:subscribe', { app_id: shop.id })
  await ana.ask('conversation:join', { conversation_id: id })
  const ask = { conversation_id: id, local_id: 'l1', body: 'hello' }
  const { message } = (await visitor.ask('message:send', ask)) as unknown as { message: { id: string } }
  for (const one of [visitor, ana, adam]) await one.next('message:new')
  const { body } = await call(server, 'GET', `/v1/admin/messages/${message.id}/trace`, {
    as: asBearer(people.ana.token),
  })
  expect((body as { trace: MessageTrace }).trace.steps).toContainEqual({
    step: 'fanned_out',
    at: expect.any(String),
    certainty: 'exact',
    participant: null,
    delivery: null,
    fan_out: { node: expect.stringContaining(':127.0.0.1:'), outcome: 'told', connections: 3 },
  })
})

const failed = (error: unknown, doing: string) => {
  throw new Error(`failed: ${doing}`, { cause: error })
}

eachCarrier('What nodes know of a fan-out', (kind) => {
  let server: SharedServer & AsyncDisposable
  beforeAll(async () => {
    server = await kind.provide()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  /** After the nodes of the tests began. */
  const createdAt = Date.now() + 3_600_000

  /** A node that can be asked, whose patience is moved by hand, and what came to it. */
  async function openNode(installation: string, name: string) {
    const received: string[] = []
    const carrier = server.carrier(installation)
    const exchange = await Exchange.open(
      (listener) =>
        carrier({
          ...listener,
          received(text) {
            listener.received(text)
            received.push(text)
          },
        }),
      systemClock,
      failed,
      name,
    )
    const clock = handMovedClock()
    const notes = new FanOutNotes(systemClock)
    const fanOuts = fanOutsOf(notes, name, {
      question: (topic, answer) => makeQuestion(exchange, clock, topic, answer),
    })
    return {
      exchange,
      clock,
      notes,
      fanOuts,
      received,
      [Symbol.asyncDispose]: () => exchange[Symbol.asyncDispose](),
    }
  }
  const expects = ({ exchange }: { exchange: Exchange }, others: number) =>
    until('it knows the others', () => exchange.expected.length === others)

  test('is asked of all of them', async () => {
    await using one = await openNode('all', 'one:3000')
    const two = await openNode('all', 'two:3000')
    await using three = await openNode('all', 'three:3000')
    await expects(one, 2)
    one.notes.add(5, 2)
    two.notes.add(5, 0)
    const told = await one.fanOuts.of({ key: 5, createdAt })
    expect(told[0]).toEqual({ node: 'one:3000', outcome: 'told', at: expect.any(Number), connections: 2 })
    expect(told.slice(1).toSorted((a, b) => a.node.localeCompare(b.node))).toEqual([
      { node: 'three:3000', outcome: 'not_heard' },
      { node: 'two:3000', outcome: 'told', at: expect.any(Number), connections: 0 },
    ])
    await two.exchange[Symbol.asyncDispose]()
    await expects(three, 1)
    expect(await three.fanOuts.of({ key: 6, createdAt })).toEqual([
      { node: 'three:3000', outcome: 'not_heard' },
      { node: 'one:3000', outcome: 'not_heard' },
    ])
  })

  test('is not waited for long from one that does not answer, and it is named', async () => {
    await using one = await openNode('silent', 'one:3000')
    await using two = await openNode('silent', 'two:3000')
    await using _silent = await Exchange.open(server.carrier('silent'), systemClock, failed, 'silent:3000')
    await expects(one, 2)
    two.notes.add(5, 1)
    const asked = one.fanOuts.of({ key: 5, createdAt })
    await until('one has answered', () => one.received.some((text) => text.includes('"fan-out!"')))
    one.clock.advance(500)
    const told = await asked
    expect(told).toContainEqual({ node: 'silent:3000', outcome: 'no_answer' })
    expect(told).toContainEqual(expect.objectContaining({ node: 'two:3000', connections: 1 }))
  })

  test('is not asked for while the way to the others is away', async () => {
    await using one = await openNode('away', 'one:3000')
    await using _two = await openNode('away', 'two:3000')
    await expects(one, 1)
    await server.stop()
    await until('it is away', () => !one.exchange.connected)
    expect(await one.fanOuts.of({ key: 5, createdAt })).toEqual([
      { node: 'one:3000', outcome: 'not_heard' },
      { node: 'two:3000', outcome: 'no_answer' },
    ])
    await server.start()
    await until('it is back', () => one.exchange.connected)
  })
})
