import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { textFrame } from '../../src/server/realtime/tuned-engine.js'
import { shop, startTestServer, type TestServer } from '../helpers/server.js'
import { connectAgent, connectVisitor, newConversation } from './live.js'

describe('A frame', () => {
  test.each([
    [0, 2],
    [125, 2],
    [126, 4],
    [65_535, 4],
    [65_536, 10],
  ])('of %i bytes has a head of %i', (length, head) => {
    const frame = textFrame('x'.repeat(length))
    expect(frame.length).toBe(head + length)
    expect(frame[0]).toBe(0x81)
    expect(frame.subarray(head).toString()).toBe('x'.repeat(length))
  })

  test('counts bytes, not characters, and takes its prefix along', () => {
    expect([...textFrame('é', '4')]).toEqual([0x81, 3, 0x34, 0xc3, 0xa9])
  })
})

// The same promises by the faster way and by the library's own, with a client that knows of neither.
for (const tuned of [true, false]) {
  describe(`With the engine ${tuned ? 'tuned' : 'as it comes'}`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startTestServer({ environment: { REPLYHQ_SOCKETS_TUNED: String(tuned) } })
    })
    afterAll(() => server[Symbol.asyncDispose]())

    test('messages of every length of head arrive as they were sent', async () => {
      const { id, deviceId } = await newConversation(server)
      using visitor = await connectVisitor(server, deviceId)
      using ana = await connectAgent(server, 'ana')
      await ana.ask('app:subscribe', { app_id: shop.id })
      const bodies = ['a', '🙂é\u2028"\\', 'b'.repeat(100), 'ü'.repeat(4_000)]
      for (const [index, body] of bodies.entries()) {
        const metadata = { filler: 'é'.repeat(index * 2_500) }
        const ack = await visitor.ask('message:send', {
          conversation_id: id,
          local_id: `${index}`,
          body,
          metadata,
        })
        expect(ack.message).toMatchObject({ body, metadata })
        expect(await ana.next('message:new', ({ local_id }) => local_id === `${index}`)).toMatchObject({
          body,
          metadata,
        })
      }
    })

    test('a crowd’s messages arrive once each and in order, over both transports', async () => {
      const { id, deviceId } = await newConversation(server)
      using sender = await connectVisitor(server, deviceId)
      using polling = await connectVisitor(server, deviceId, shop, { transports: ['polling'] })
      using upgrading = await connectVisitor(server, deviceId, shop, { transports: ['polling', 'websocket'] })
      for (const live of [sender, polling, upgrading])
        await live.ask('conversation:join', { conversation_id: id })
      const send = (n: number) =>
        sender.ask('message:send', { conversation_id: id, local_id: `${n}`, body: `${n}` })
      const acks = await Promise.all(Array.from({ length: 200 }, (_, n) => send(n)))
      expect(acks.every((ack) => ack.ok)).toBe(true)
      for (const live of [sender, polling, upgrading]) {
        await live.next('message:new', ({ sequence }) => sequence === 200)
        const sequences = live.of('message:new').map(({ sequence }) => sequence)
        expect(sequences).toEqual(Array.from({ length: 200 }, (_, n) => n + 1))
      }
    })
  })
}
