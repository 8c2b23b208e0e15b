import { describe, expect, test } from 'vitest'
import type { OutboxStorage, StoredMessage } from '../../src/client/index.js'
import { until } from '../helpers/until.js'
import { visitorOn } from './helpers/visitor.js'
import { message } from './helpers/wire.js'
import { WireServer } from './helpers/wire-server.js'

/** A server that stores a message once per local id and acks it, unless `ack` says otherwise. */
async function storingServer() {
  const server = await WireServer.start()
  const stored: string[] = []
  const keep = ({ local_id, body }: Record<string, unknown>) => {
    const known = stored.indexOf(String(body))
    if (known < 0) stored.push(String(body))
    const sequence = known < 0 ? stored.length : known + 1
    return { ok: true, message: message(sequence, { local_id: String(local_id), body: String(body) }) }
  }
  server.answers['message:send'] = keep
  return Object.assign(server, { stored, keep })
}

class MemoryStorage implements OutboxStorage {
  messages: readonly StoredMessage[] = []
  load = () => [...this.messages]
  save = (messages: readonly StoredMessage[]) => {
    this.messages = messages
  }
}

describe('The outbox', () => {
  test('sends what was written offline, in order, when the connection stands', async () => {
    await using server = await storingServer()
    await server.stop()
    using live = visitorOn(server)
    for (const body of ['one', 'two', 'three']) live.outbox.add('conv_1', { body })
    expect(live.outbox.pending('conv_1').map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting'])
    await server.start()
    await until('all are sent', () => live.outbox.pending().length === 0)
    expect(server.stored).toEqual(['one', 'two', 'three'])
  })

  test('sends again with the same local id when the ack was lost with the connection', async () => {
    await using server = await storingServer()
    server.answers['message:send'] = (payload, socket) => {
      server.answers['message:send'] = server.keep
      server.keep(payload)
      socket.conn.close()
      return undefined
    }
    using live = visitorOn(server)
    const { localId } = live.outbox.add('conv_1', { body: 'one' })
    live.outbox.add('conv_1', { body: 'two' })
    await live.outbox.settled(localId)
    await until('all are sent', () => live.outbox.pending().length === 0)
    expect(server.askedFor('message:send').map(({ body }) => body)).toEqual(['one', 'one', 'two'])
    expect(new Set(server.askedFor('message:send').map(({ local_id }) => local_id)).size).toBe(2)
    expect(server.stored).toEqual(['one', 'two'])
  })

  test('keeps what waits over the end of the process', async () => {
    await using server = await storingServer()
    await server.stop()
    const storage = new MemoryStorage()
    const first = visitorOn(server, { outbox: storage })
    const { localId } = first.outbox.add('conv_1', { body: 'before' })
    first.close()
    await server.start()
    using second = visitorOn(server, { outbox: storage })
    await until('it is sent', () => server.stored.length === 1)
    await until('it is no longer kept', () => storage.messages.length === 0)
    expect(server.askedFor('message:send')[0]).toMatchObject({ local_id: localId, body: 'before' })
    expect(second.outbox.pending()).toEqual([])
  })

  test('keeps a refused message for a retry and goes on with the next', async () => {
    await using server = await storingServer()
    server.answers['message:send'] = (payload) =>
      payload.body === 'late' && payload.expect_sequence !== 7
        ? { ok: false, error: { code: 'conflict', message: 'A newer one is there.', latest: message(7) } }
        : server.keep(payload)
    using live = visitorOn(server)
    const { localId } = live.outbox.add('conv_1', { body: 'late' })
    live.outbox.add('conv_1', { body: 'next' })
    const refusal = await live.outbox.settled(localId).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'conflict', latest: { sequence: 7 } })
    await until('the next is sent', () => live.outbox.pending().length === 1)
    expect(server.stored).toEqual(['next'])
    expect(live.outbox.pending()).toMatchObject([{ localId, state: 'failed', error: { code: 'conflict' } }])
    live.outbox.retry(localId, { expect_sequence: 7 } as object)
    await until('it is sent', () => live.outbox.pending().length === 0)
    expect(server.stored).toEqual(['next', 'late'])
  })

  test('waits and tries again when the server is busy', async () => {
    await using server = await storingServer()
    server.answers['message:send'] = () => {
      server.answers['message:send'] = server.keep
      return { ok: false, error: { code: 'rate_limited', message: 'Slower.' } }
    }
    using live = visitorOn(server)
    const { localId } = live.outbox.add('conv_1', { body: 'one' })
    await live.outbox.settled(localId)
    expect(server.askedFor('message:send')).toHaveLength(2)
  })

  test('forgets a failed message that is discarded', async () => {
    await using server = await storingServer()
    server.answers['message:send'] = () => ({
      ok: false,
      error: { code: 'invalid_request', message: 'Too long.' },
    })
    using live = visitorOn(server)
    const { localId } = live.outbox.add('conv_1', { body: 'one' })
    await until('it failed', () => live.outbox.pending()[0]?.state === 'failed')
    live.outbox.discard(localId)
    expect(live.outbox.pending()).toEqual([])
  })

  test('holds messages of a conversation that has not begun until they get a place', async () => {
    await using server = await storingServer()
    using live = visitorOn(server)
    live.outbox.add('local:new', { body: 'first words' })
    await until('it is connected', () => live.state.phase === 'connected')
    await live.request('ping', {})
    expect(server.askedFor('message:send')).toHaveLength(0)
    live.outbox.move('local:new', 'conv_1')
    await until('it is sent', () => server.stored.length === 1)
    expect(server.askedFor('message:send')[0]).toMatchObject({ conversation_id: 'conv_1' })
  })

  test('hides a pending message as soon as its broadcast came, before its ack', async () => {
    await using server = await storingServer()
    server.answers['conversation:join'] = () => ({
      ok: true,
      conversation: { ...message(1), id: 'conv_1', last_sequence: 0, revision: 0 },
      messages: [],
      has_more: false,
    })
    server.answers['message:send'] = ({ local_id }) => {
      server.say('message:new', message(1, { local_id: String(local_id) }))
      return undefined
    }
    using live = visitorOn(server)
    const feed = live.conversation('conv_1')
    await feed.ready
    feed.send({ body: 'hello' })
    expect(feed.pending).toHaveLength(1)
    await until('the broadcast came', () => feed.messages.length === 1)
    expect(feed.pending).toEqual([])
  })
})
