import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/client/index.js'
import { until } from '../helpers/until.js'
import { visitorOn } from './helpers/visitor.js'
import { conversation, message, sequences } from './helpers/wire.js'
import { WireServer } from './helpers/wire-server.js'

/** A server that holds messages 1 to `count` and answers joins from them. */
async function serverWith(count: number): Promise<WireServer & { stored: Message[] }> {
  const server = Object.assign(await WireServer.start(), {
    stored: Array.from({ length: count }, (_, index) => message(index + 1)),
  })
  server.answers['conversation:join'] = ({ after_revision: after }) => {
    const revision = server.stored.at(-1)?.revision ?? 0
    const last = Math.max(0, ...server.stored.map(({ sequence }) => sequence ?? 0))
    const messages =
      typeof after === 'number' ? server.stored.filter((entry) => entry.revision > after) : server.stored
    return { ok: true, conversation: conversation(last, revision), messages, has_more: false }
  }
  return server
}

describe('A conversation feed', () => {
  test('heals a hole by joining again with the last revision before it', async () => {
    await using server = await serverWith(2)
    using live = visitorOn(server)
    const feed = live.conversation('conv_1')
    await feed.ready
    server.stored.push(message(3), message(4))
    server.say('message:new', message(4))
    await until('the hole is filled', () => feed.lastSequence === 4)
    expect(server.askedFor('conversation:join').map(({ after_revision }) => after_revision)).toEqual([
      undefined,
      2,
    ])
    expect(sequences(feed.messages)).toEqual([1, 2, 3, 4])
  })

  test('asks for nothing when late events fill the hole themselves', async () => {
    await using server = await serverWith(1)
    using live = visitorOn(server)
    const feed = live.conversation('conv_1')
    await feed.ready
    const fresh: (number | null)[] = []
    feed.subscribe((change) => {
      if (change.type === 'message' && change.fresh) fresh.push(change.message.sequence)
    })
    for (const sequence of [4, 3, 3, 2]) server.say('message:new', message(sequence))
    await until('all are there', () => feed.lastSequence === 4)
    expect(fresh).toEqual([2, 3, 4])
    expect(server.askedFor('conversation:join')).toHaveLength(1)
  })

  test('takes events that come before its first page', async () => {
    await using server = await serverWith(1)
    const join = server.answers['conversation:join']
    server.answers['conversation:join'] = (payload, socket) => {
      socket.emit('message:new', message(2))
      return join?.(payload, socket)
    }
    using live = visitorOn(server)
    const feed = live.conversation('conv_1')
    await until('both are there', () => feed.lastSequence === 2)
    expect(sequences(feed.messages)).toEqual([1, 2])
  })

  test('comes back after a cut with everything that it missed', async () => {
    await using server = await serverWith(2)
    using live = visitorOn(server)
    const feed = live.conversation('conv_1')
    await feed.ready
    server.stored.push(message(3), message(1, { revision: 4, body: 'edited' }))
    server.cut()
    await until(
      'the missed ones are there',
      () => feed.messages[0]?.body === 'edited' && feed.lastSequence === 3,
    )
    expect(server.askedFor('conversation:join').at(-1)).toEqual({
      conversation_id: 'conv_1',
      after_revision: 2,
    })
  })

  test('loads afresh when the server says that too much has changed', async () => {
    await using server = await serverWith(2)
    using live = visitorOn(server)
    const feed = live.conversation('conv_1')
    await feed.ready
    const loads: string[] = []
    feed.subscribe(({ type }) => loads.push(type))
    const join = server.answers['conversation:join']
    server.answers['conversation:join'] = (payload, socket) =>
      payload.after_revision === undefined
        ? join?.(payload, socket)
        : { ok: true, conversation: conversation(5_000), resync_required: true }
    server.stored.splice(0, 2, message(4_999), message(5_000))
    server.say('sync:required', { reason: 'test' })
    await until('it was loaded', () => loads.includes('loaded'))
    expect(sequences(feed.messages)).toEqual([4_999, 5_000])
  })

  test('asks page by page when more changed than one answer holds', async () => {
    await using server = await serverWith(1)
    using live = visitorOn(server)
    const feed = live.conversation('conv_1')
    await feed.ready
    for (let sequence = 2; sequence <= 6; sequence++) server.stored.push(message(sequence))
    server.answers['conversation:join'] = ({ after_revision: after }) => {
      const changed = server.stored.filter((entry) => entry.revision > Number(after))
      const page = changed.slice(0, 2)
      return {
        ok: true,
        conversation: conversation(6),
        messages: page,
        has_more: changed.length > page.length,
      }
    }
    server.say('sync:required', { reason: 'test' })
    await until('all are there', () => feed.lastSequence === 6)
    expect(server.askedFor('conversation:join').map(({ after_revision }) => after_revision)).toEqual([
      undefined,
      1,
      3,
      5,
    ])
  })

  test('shows a receipt on messages that it covers, and on one that it overtook', async () => {
    await using server = await serverWith(2)
    using live = visitorOn(server)
    const feed = live.conversation('conv_1')
    await feed.ready
    const receipt = { conversation_id: 'conv_1', by: 'user', status: 'READ', at: message(1).created_at }
    server.say('message:status', { ...receipt, up_to_sequence: 3, revision: 4 })
    server.say('message:new', message(3))
    await until('the third came', () => feed.lastSequence === 3)
    expect(feed.messages.map(({ status }) => status)).toEqual(['READ', 'READ', 'READ'])
  })

  test('tells the server its read cursor once more when the connection was cut before the ack', async () => {
    await using server = await serverWith(3)
    using live = visitorOn(server)
    const feed = live.conversation('conv_1')
    await feed.ready
    server.answers['message:read'] = (_, socket) => {
      server.answers['message:read'] = () => ({ ok: true, updated: 3 })
      socket.conn.close()
      return undefined
    }
    feed.markRead()
    await until('it was told again', () => server.askedFor('message:read').length === 2)
    expect(server.askedFor('message:read').at(-1)).toEqual({ conversation_id: 'conv_1', up_to_sequence: 3 })
  })

  test('shows a reply of the bot while it is written, never an older state of it', async () => {
    await using server = await serverWith(1)
    using live = visitorOn(server)
    const feed = live.conversation('conv_1')
    await feed.ready
    const drafts: (string | null)[] = []
    feed.subscribe((change) => {
      if (change.type === 'draft') drafts.push(change.text)
    })
    const delta = { conversation_id: 'conv_1', turn_id: 'turn_1', done: false }
    server.say('message:delta', { ...delta, index: 1, text: 'Returns are' })
    server.say('message:delta', { ...delta, index: 0, text: 'Returns' })
    server.say('message:delta', { ...delta, index: 2, text: 'Returns are free.' })
    server.say('message:delta', { ...delta, index: 3, text: 'Returns are free.', done: true })
    server.say('message:delta', { ...delta, index: 1, text: 'Returns are' })
    await live.request('ping', {})
    expect(drafts).toEqual(['Returns are', 'Returns are free.', null])
    expect(feed.botDraft).toBeNull()
  })

  test('is shared by all who ask and left when the last of them closes', async () => {
    await using server = await serverWith(1)
    using live = visitorOn(server)
    const [first, second] = [live.conversation('conv_1'), live.conversation('conv_1')]
    await first.ready
    expect(second).toBe(first)
    first.close()
    await live.request('ping', {})
    expect(server.askedFor('conversation:leave')).toHaveLength(0)
    second.close()
    await until('the room was left', () => server.askedFor('conversation:leave').length === 1)
  })

  test('fails when the conversation is not to be had', async () => {
    await using server = await WireServer.start()
    server.answers['conversation:join'] = () => ({ ok: false, error: { code: 'not_found', message: 'No.' } })
    using live = visitorOn(server)
    await expect(live.conversation('conv_1').ready).rejects.toMatchObject({
      code: 'not_found',
      message: 'No.',
    })
  })
})
