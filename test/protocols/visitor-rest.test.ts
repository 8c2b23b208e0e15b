import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AdminConversation, Conversation, Message } from '../../src/server/protocols/v1/schemas.js'
import { asBearer, asDevice, people, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { api, refused } from './conforming.js'
import { newConversation, newDevice } from './live.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const ana = asBearer(people.ana.token)
const olga = asBearer(people.olga.token)

type Page = { messages: Message[]; has_more: boolean; resync_required?: true }
const texts = ({ body }: { body: Page }) => body.messages.map((message) => message.body)

async function send(as: Record<string, string>, id: string, body: string, localId = body): Promise<Message> {
  const path = `/v1/conversations/${id}/messages`
  const answer = await api<{ message: Message }>(server, 'POST', path, {
    as,
    body: { local_id: localId, body },
  })
  return answer.body.message
}

describe('Beginning a conversation', () => {
  test('makes one, gives the same one again, and another one when asked', async () => {
    const as = asDevice(newDevice(), shop)
    const first = await api<{ conversation: Conversation }>(server, 'POST', '/v1/conversations', {
      as,
      body: {},
    })
    const again = await api<{ conversation: Conversation }>(server, 'POST', '/v1/conversations', {
      as,
      body: {},
    })
    const other = await api<{ conversation: Conversation }>(server, 'POST', '/v1/conversations', {
      as,
      body: { new: true, metadata: { page: '/cart' }, device_context: { platform: 'web', locale: 'de' } },
    })
    expect([first.status, again.status, other.status]).toEqual([201, 200, 201])
    expect(again.body.conversation.id).toBe(first.body.conversation.id)
    expect(other.body.conversation.id).not.toBe(first.body.conversation.id)
    expect(other.body.conversation).toMatchObject({
      status: 'open',
      handler: 'queue',
      metadata: { page: '/cart' },
    })
    expect(other.body.conversation.user).toBeNull()
  })

  test('takes an empty body', async () => {
    const answer = await api(server, 'POST', '/v1/conversations', { as: asDevice(newDevice(), shop) })
    expect(answer.status).toBe(201)
  })

  test('gives an identified user their conversation on another device', async () => {
    const hash = createHmac('sha256', shop.identitySecret).update('customer 1').digest('hex')
    const body = { user: { id: 'customer 1', name: 'Jane', hash } }
    const start = (as: Record<string, string>) =>
      api<{ conversation: Conversation }>(server, 'POST', '/v1/conversations', { as, body })
    const [phone, laptop] = [
      await start(asDevice(newDevice(), shop)),
      await start(asDevice(newDevice(), shop)),
    ]
    expect(laptop.body.conversation.id).toBe(phone.body.conversation.id)
    expect(laptop.body.conversation.user).toMatchObject({ id: 'customer 1', name: 'Jane' })
  })

  test('refuses a hash that does not belong to the user', async () => {
    const body = { user: { id: 'customer 2', hash: '00'.repeat(32) } }
    const { code } = await refused(server, 'POST', '/v1/conversations', {
      as: asDevice(newDevice(), shop),
      body,
    })
    expect(code).toBe('unauthorized')
  })

  test('lists own conversations in pages and nobody else’s', async () => {
    const as = asDevice(newDevice(), shop)
    await newConversation(server)
    const made: string[] = []
    for (let count = 0; count < 3; count++) {
      const { body } = await api<{ conversation: Conversation }>(server, 'POST', '/v1/conversations', {
        as,
        body: { new: true },
      })
      made.unshift(body.conversation.id)
    }
    type List = { conversations: Conversation[]; next_cursor: string | null }
    const first = await api<List>(server, 'GET', '/v1/conversations?limit=2', { as })
    const cursor = first.body.next_cursor
    const second = await api<List>(server, 'GET', `/v1/conversations?limit=2&cursor=${cursor}`, { as })
    const ids = [...first.body.conversations, ...second.body.conversations].map(({ id }) => id)
    expect(ids).toEqual(made)
    expect(second.body.next_cursor).toBeNull()
    expect(cursor).not.toMatch(/^\d+$/)
  })
})

describe('Messages', () => {
  test('are numbered 1, 2, 3 and sent once for each local id', async () => {
    const { as, id } = await newConversation(server)
    const path = `/v1/conversations/${id}/messages`
    const body = { local_id: 'a', body: 'hello', metadata: { mood: 'good' } }
    const first = await api<{ message: Message }>(server, 'POST', path, { as, body })
    const again = await api<{ message: Message }>(server, 'POST', path, { as, body })
    const next = await send(as, id, 'second')
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body.message).toEqual(first.body.message)
    expect(first.body.message).toMatchObject({ sequence: 1, sender: 'user', status: 'SENT', local_id: 'a' })
    expect(next.sequence).toBe(2)
  })

  test('are paged by sequence, by time and by revision', async () => {
    const { as, id } = await newConversation(server)
    const sent: Message[] = []
    for (const body of ['1', '2', '3', '4', '5']) sent.push(await send(as, id, body))
    const list = (query: string) =>
      api<Page>(server, 'GET', `/v1/conversations/${id}/messages?${query}`, { as })
    expect(texts(await list('limit=2'))).toEqual(['4', '5'])
    expect(texts(await list('before_sequence=4&limit=2'))).toEqual(['2', '3'])
    expect(texts(await list('after_sequence=1&limit=2'))).toEqual(['2', '3'])
    expect((await list('after_sequence=1&limit=2')).body.has_more).toBe(true)
    expect((await list('after_sequence=3')).body.has_more).toBe(false)
    expect(texts(await list(`after_revision=${sent[2]?.revision}`))).toEqual(['4', '5'])
    expect(texts(await list(`after=${sent.at(-1)?.created_at}`))).toEqual([])
    expect(texts(await list('after=2001-01-01T00:00:00Z'))).toEqual(['1', '2', '3', '4', '5'])
    expect((await list('after_revision=99999')).body).toEqual({
      messages: [],
      has_more: false,
      resync_required: true,
    })
  })

  test('are edited and deleted by who wrote them, and keep their place', async () => {
    const { as, id } = await newConversation(server)
    const { id: mid, revision } = await send(as, id, 'speling')
    const path = `/v1/conversations/${id}/messages/${mid}`
    const edited = await api<{ message: Message }>(server, 'PATCH', path, { as, body: { body: 'spelling' } })
    expect(edited.body.message).toMatchObject({ body: 'spelling', sequence: 1 })
    expect(edited.body.message.edited_at).not.toBeNull()
    const deleted = await api<{ message: Message }>(server, 'DELETE', path, { as })
    expect(deleted.body.message).toMatchObject({ body: '', sequence: 1 })
    expect(deleted.body.message.revision).toBeGreaterThan(revision)
    expect((await refused(server, 'PATCH', path, { as, body: { body: 'x' } })).code).toBe('conflict')
  })

  test('of agents are not the visitor’s to change', async () => {
    const { as, id } = await newConversation(server)
    const posted = await api<{ message: Message }>(server, 'POST', `/v1/admin/conversations/${id}/messages`, {
      as: ana,
      body: { local_id: 'x', body: 'How can I help?' },
    })
    const path = `/v1/conversations/${id}/messages/${posted.body.message.id}`
    expect((await refused(server, 'PATCH', path, { as, body: { body: 'haha' } })).code).toBe('forbidden')
    expect((await refused(server, 'DELETE', path, { as })).code).toBe('forbidden')
  })

  test('carry reactions that are mine for me and not for the agent', async () => {
    const { as, id } = await newConversation(server)
    const { id: mid } = await send(as, id, 'thanks')
    const at = `${id}/messages/${mid}/reactions/${encodeURIComponent('👍')}`
    const mine = await api<{ message: Message }>(server, 'PUT', `/v1/conversations/${at}`, { as })
    expect(mine.body.message.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }])
    const theirs = await api<{ message: Message }>(server, 'PUT', `/v1/admin/conversations/${at}`, {
      as: ana,
    })
    expect(theirs.body.message.reactions).toEqual([{ emoji: '👍', count: 2, mine: true }])
    const rest = await api<{ message: Message }>(server, 'DELETE', `/v1/conversations/${at}`, { as })
    expect(rest.body.message.reactions).toEqual([{ emoji: '👍', count: 1, mine: false }])
    const wrong = `/v1/conversations/${id}/messages/${mid}/reactions/word`
    expect((await refused(server, 'PUT', wrong, { as })).code).toBe('invalid_request')
  })

  test('become DELIVERED and READ by watermarks that only go forward', async () => {
    const { as, id } = await newConversation(server)
    const at = `/v1/admin/conversations/${id}/messages`
    const replies: Message[] = []
    for (const body of ['one', 'two', 'three']) {
      const answer = await api<{ message: Message }>(server, 'POST', at, {
        as: ana,
        body: { local_id: body, body },
      })
      replies.push(answer.body.message)
    }
    const mark = (path: string, body: object) =>
      api<{ updated: number; message: Message }>(server, 'POST', `/v1/conversations/${id}/messages/${path}`, {
        as,
        body,
      })
    expect((await mark('delivered', { message_ids: [replies[1]?.id] })).body.updated).toBe(2)
    expect((await mark('read', { up_to_sequence: 1 })).body.updated).toBe(1)
    const status = await mark('status', { message_id: replies[2]?.id, status: 'READ' })
    expect(status.body.message.status).toBe('READ')
    expect((await mark('read', {})).body.updated).toBe(0)
    expect((await mark('delivered', { up_to_sequence: 1 })).body.updated).toBe(0)
    const seen = await api<Page>(server, 'GET', at, { as: ana })
    expect(seen.body.messages.map((message) => message.status)).toEqual(['READ', 'READ', 'READ'])
  })

  test('past the limits are refused whole', async () => {
    const { as, id } = await newConversation(server)
    const path = `/v1/conversations/${id}/messages`
    const long = await refused(server, 'POST', path, { as, body: { local_id: 'x', body: 'a'.repeat(5_001) } })
    expect(long).toMatchObject({ code: 'invalid_request', details: [{ path: 'body' }] })
    const exact = await api(server, 'POST', path, { as, body: { local_id: 'x', body: '🙂'.repeat(5_000) } })
    expect(exact.status).toBe(201)
    const empty = await refused(server, 'POST', path, { as, body: { local_id: 'y', body: '  ' } })
    expect(empty.code).toBe('invalid_request')
    const metadata = { blob: 'x'.repeat(17_000) }
    const heavy = await refused(server, 'POST', path, { as, body: { local_id: 'y', body: 'x', metadata } })
    expect(heavy).toMatchObject({ code: 'invalid_request', details: [{ path: 'metadata' }] })
    const huge = await refused(server, 'POST', path, {
      as,
      body: { local_id: 'y', body: 'x'.repeat(1_100_000) },
    })
    expect(huge.code).toBe('payload_too_large')
    expect(texts(await api<Page>(server, 'GET', path, { as }))).toHaveLength(1)
  })
})

describe('A conversation’s life for its visitor', () => {
  test('asks for a person, with reason and priority', async () => {
    const { as, id } = await newConversation(server)
    const body = { reason: 'refund', priority: 'high' }
    const answer = await api<{ conversation: Conversation }>(
      server,
      'POST',
      `/v1/conversations/${id}/handoff`,
      {
        as,
        body,
      },
    )
    expect(answer.body.conversation.queue).toMatchObject({ priority: 'high', position: 1 })
  })

  test('is closed, rated once for the closing, and opened again by writing', async () => {
    const { as, id } = await newConversation(server)
    const at = `/v1/conversations/${id}`
    expect((await refused(server, 'POST', `${at}/rating`, { as, body: { score: 5 } })).code).toBe('conflict')
    const closed = await api<{ conversation: Conversation }>(server, 'POST', `${at}/close`, { as })
    expect(closed.body.conversation.status).toBe('closed')
    expect((await refused(server, 'POST', `${at}/close`, { as })).code).toBe('conflict')
    await api(server, 'POST', `${at}/rating`, { as, body: { score: 4, comment: 'fine' } })
    expect((await refused(server, 'POST', `${at}/rating`, { as, body: { score: 5 } })).code).toBe('conflict')
    await send(as, id, 'one more thing')
    const reopened = await api<{ conversation: Conversation }>(server, 'GET', at, { as })
    expect(reopened.body.conversation).toMatchObject({ status: 'open', handler: 'queue' })
  })

  test('never shows notes, tags or what else is the agents’ own', async () => {
    const { as, id } = await newConversation(server)
    await send(as, id, 'hello')
    const admin = `/v1/admin/conversations/${id}`
    const note = { local_id: 'n', body: 'SECRET NOTE', visibility: 'internal' }
    await api(server, 'POST', `${admin}/messages`, { as: ana, body: note })
    await api(server, 'POST', `${admin}/tags`, { as: ana, body: { tag: 'SECRET-TAG' } })
    await api(server, 'PATCH', admin, { as: ana, body: { subject: 'SECRET SUBJECT' } })
    const seen = [
      await api(server, 'GET', `/v1/conversations/${id}`, { as }),
      await api(server, 'GET', '/v1/conversations', { as }),
      await api(server, 'GET', `/v1/conversations/${id}/messages`, { as }),
      await api(server, 'GET', `/v1/conversations/${id}/messages?after_revision=0`, { as }),
    ]
    expect(JSON.stringify(seen.map(({ body }) => body))).not.toContain('SECRET')
    const own = await api<{ conversation: AdminConversation }>(server, 'GET', admin, { as: olga })
    expect(JSON.stringify(own.body)).toContain('SECRET-TAG')
  })
})

test('A device registers for push, without its token being shown', async () => {
  const { as } = await newConversation(server)
  const body = { push_token: 'very-secret-token', platform: 'android' }
  const answer = await api(server, 'PUT', '/v1/devices', { as, body })
  expect(answer.body).toMatchObject({ device: { push: true, platform: 'android' } })
  expect(JSON.stringify(answer.body)).not.toContain('very-secret-token')
})
