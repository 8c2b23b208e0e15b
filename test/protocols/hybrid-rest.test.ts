import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type {
  Attachment,
  Conversation,
  Message,
  Presence,
  Refusal,
} from '../../src/server/protocols/hybrid/schemas.js'
import { asBearer, call, people, rival, shop, type TestServer } from '../helpers/server.js'
import { type Answer, api } from './conforming.js'
import { asUser, by, conversationOf, device, known, newUser, say, startHosted } from './host.js'
import { connectAgent } from './live.js'

let server: TestServer
let [ann, bob, cid] = ['', '', '']
beforeAll(async () => {
  server = await startHosted()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  ;[ann = '', bob = '', cid = ''] = await known(server, 'ann', 'bob', 'cid')
})

interface Page<Item> {
  data: Item[]
  nextCursor: string | null
}

const messagesOf = (id: string, query = ''): string => `/api/conversations/${id}/messages${query}`

/** The status of a call and, of a refusal, its code. */
async function outcome(userId: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await by<Refusal>(server, userId, method, path, body)
  return answer.status < 400 ? answer.status : answer.body.code
}

describe('conversations', () => {
  test('of one’s own are listed by their last activity, in pages', async () => {
    const ids: string[] = []
    for (let index = 0; index < 5; index++) ids.push((await conversationOf(server, ann, 'group', [bob])).id)
    const [oldest = ''] = ids
    await say(server, bob, oldest, 'up again')
    const listed: Conversation[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
      const { body }: Answer<Page<Conversation>> = await by(server, ann, 'GET', `/api/conversations${query}`)
      expect(body.data.length).toBeLessThanOrEqual(2)
      listed.push(...body.data)
      cursor = body.nextCursor
    }
    expect(listed.map(({ id }) => id)).toEqual([oldest, ...ids.slice(1).reverse()])
    expect(listed[0]).toMatchObject({ unreadCount: 1, lastMessage: { content: 'up again', senderId: bob } })
    const { body } = await by<Page<Conversation>>(server, cid, 'GET', '/api/conversations')
    expect(body).toEqual({ data: [], nextCursor: null })
  })

  test('are listed by type', async () => {
    const group = await conversationOf(server, ann, 'group', [bob])
    const direct = await conversationOf(server, ann, 'direct', [bob])
    for (const [type, id] of [
      ['group', group.id],
      ['direct', direct.id],
    ]) {
      const { body } = await by<Page<Conversation>>(server, ann, 'GET', `/api/conversations?type=${type}`)
      expect(body.data.map((one) => one.id)).toEqual([id])
    }
  })

  test('keep the cursor of another list out', async () => {
    for (let index = 0; index < 2; index++) await conversationOf(server, ann, 'group', [bob])
    const { body } = await by<Page<Conversation>>(server, ann, 'GET', '/api/conversations?limit=1')
    const path = `/api/conversations?cursor=${encodeURIComponent(body.nextCursor ?? '')}`
    expect(await outcome(bob, 'GET', path)).toBe('invalid_request')
    expect(await outcome(ann, 'GET', '/api/conversations?cursor=nonsense')).toBe('invalid_request')
    expect(await outcome(ann, 'GET', path)).toBe(200)
  })

  test('cannot be begun with nobody, with oneself, or with somebody who is not there', async () => {
    const path = '/api/conversations'
    const begin = (type: string, participantIds: string[]) =>
      outcome(ann, 'POST', path, { type, participantIds })
    expect(await begin('direct', [])).toBe('invalid_request')
    expect(await begin('direct', [ann])).toBe('invalid_request')
    expect(await begin('direct', [bob, cid])).toBe('invalid_request')
    expect(await begin('direct', ['nobody-at-all'])).toBe('not_found')
    expect(await begin('group', [bob, 'nobody-at-all'])).toBe('not_found')
    expect(await begin('circle', [bob])).toBe('invalid_request')
    const { body } = await by<Page<Conversation>>(server, bob, 'GET', path)
    expect(body.data).toEqual([])
  })
})

describe('roles in a group', () => {
  const at = (id: string, userId = '') =>
    `/api/conversations/${id}/participants${userId && `/${encodeURIComponent(userId)}`}`
  const roles = async (id: string, of = ann) => {
    const { body } = await by<Conversation>(server, of, 'GET', `/api/conversations/${id}`)
    return Object.fromEntries(body.participants.map(({ userId, role }) => [userId, role]))
  }

  test('say who may change who is in it', async () => {
    const { id } = await conversationOf(server, ann, 'group', [bob])
    expect(await outcome(bob, 'POST', at(id), { participantIds: [cid] })).toBe('forbidden')
    expect(await outcome(bob, 'DELETE', at(id, ann))).toBe('forbidden')
    expect(await outcome(bob, 'PATCH', at(id, bob), { role: 'owner' })).toBe('forbidden')
    expect(await outcome(ann, 'PATCH', at(id, bob), { role: 'admin' })).toBe(200)
    expect(await outcome(bob, 'POST', at(id), { participantIds: [cid] })).toBe(200)
    expect(await roles(id)).toEqual({ [ann]: 'owner', [bob]: 'admin', [cid]: 'member' })
    expect(await outcome(bob, 'DELETE', at(id, cid))).toBe(204)
    expect(await outcome(cid, 'GET', `/api/conversations/${id}`)).toBe('not_found')
    expect(await outcome(ann, 'POST', at(id), { participantIds: ['nobody-at-all'] })).toBe('not_found')
    expect(await outcome(ann, 'DELETE', at(id, cid))).toBe('not_found')
  })

  test('let everybody leave, and pass the ownership on', async () => {
    const { id } = await conversationOf(server, ann, 'group', [bob, cid])
    expect(await outcome(ann, 'DELETE', at(id, ann))).toBe(204)
    expect(await outcome(ann, 'GET', `/api/conversations/${id}`)).toBe('not_found')
    expect(Object.values(await roles(id, bob)).toSorted()).toEqual(['member', 'owner'])
  })

  test('are none in a direct conversation', async () => {
    const { id } = await conversationOf(server, ann, 'direct', [bob])
    expect(await outcome(ann, 'POST', at(id), { participantIds: [cid] })).not.toBe(200)
    expect(Object.keys(await roles(id))).toHaveLength(2)
  })
})

describe('messages', () => {
  test('come in pages from the newest back, each page oldest first', async () => {
    const { id } = await conversationOf(server, ann, 'direct', [bob])
    for (let index = 1; index <= 5; index++) await say(server, ann, id, String(index))
    const pages: string[][] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
      const { body }: Answer<Page<Message>> = await by(server, bob, 'GET', messagesOf(id, query))
      pages.push(body.data.map(({ content }) => content))
      cursor = body.nextCursor
    }
    expect(pages).toEqual([['4', '5'], ['2', '3'], ['1']])
  })

  test('come to an end also where the reader deleted a whole page for themselves', async () => {
    const { id } = await conversationOf(server, ann, 'direct', [bob])
    const sent: Message[] = []
    for (let index = 1; index <= 5; index++) sent.push(await say(server, ann, id, String(index)))
    for (const { id: messageId } of sent.slice(2))
      expect(await outcome(bob, 'DELETE', `/api/messages/${messageId}?for=me`)).toBe(204)
    const found: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
      const { body }: Answer<Page<Message>> = await by(server, bob, 'GET', messagesOf(id, query))
      found.unshift(...body.data.map(({ content }) => content))
      cursor = body.nextCursor
    }
    expect(found).toEqual(['1', '2'])
  })

  test('with the same localId are one', async () => {
    const { id } = await conversationOf(server, ann, 'direct', [bob])
    const body = { content: 'once', localId: 'same' }
    const path = `/api/conversations/${id}/messages`
    const answers = [
      await by<Message>(server, ann, 'POST', path, body),
      await by<Message>(server, ann, 'POST', path, body),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 200])
    expect(answers[0]?.body.id).toBe(answers[1]?.body.id)
  })

  test('are changed by who wrote them alone', async () => {
    const { id } = await conversationOf(server, ann, 'direct', [bob])
    const message = await say(server, ann, id, 'mine')
    const path = `/api/messages/${message.id}`
    expect(await outcome(bob, 'PATCH', path, { content: 'not mine' })).toBe('forbidden')
    expect(await outcome(bob, 'DELETE', path)).toBe('forbidden')
    expect((await by<Message>(server, ann, 'PATCH', path, { content: 'changed' })).body).toMatchObject({
      content: 'changed',
      isEdited: true,
    })
    expect(await outcome(ann, 'DELETE', `${path}?for=everyone`)).toBe(204)
    expect((await by<Message>(server, bob, 'GET', path)).body).toMatchObject({ content: '', isDeleted: true })
    expect(await outcome(ann, 'DELETE', `${path}?for=nobody`)).toBe('invalid_request')
  })

  test('may reply to one of the same conversation only', async () => {
    const here = await conversationOf(server, ann, 'direct', [bob])
    const there = await conversationOf(server, ann, 'direct', [cid])
    const first = await say(server, ann, here.id, 'first')
    const path = (id: string) => `/api/conversations/${id}/messages`
    const body = { content: 'second', replyTo: first.id }
    expect((await by<Message>(server, bob, 'POST', path(here.id), body)).body.replyTo).toBe(first.id)
    expect(await outcome(ann, 'POST', path(there.id), body)).toBe('not_found')
  })

  test('carry files that were uploaded before, behind links that expire', async () => {
    const { id } = await conversationOf(server, ann, 'direct', [bob])
    const form = new FormData()
    const file = readFileSync(join(import.meta.dirname, '../../docs/integrators.md'))
    form.append('file', new Blob([file]), 'a page.md')
    const uploaded = await fetch(`${server.url}/api/attachments`, {
      method: 'POST',
      headers: asUser(ann),
      body: form,
    })
    expect(uploaded.status).toBe(201)
    const attachment = (await uploaded.json()) as Attachment
    expect(attachment).toMatchObject({ name: 'a page.md', size: file.byteLength })
    const path = `/api/conversations/${id}/messages`
    const sent = { content: '', attachments: [attachment.id] }
    expect(await outcome(bob, 'POST', path, sent)).toBe('not_found')
    const { body } = await by<Message>(server, ann, 'POST', path, sent)
    expect(body.attachments).toMatchObject([{ id: attachment.id, name: 'a page.md' }])
    const link = body.attachments[0]?.url ?? ''
    const served = await fetch(server.url + link)
    expect(served.headers.get('content-disposition')).toContain('attachment')
    expect(Buffer.from(await served.arrayBuffer()).equals(file)).toBe(true)
    expect((await fetch(server.url + link.replace(/sig=\d/, 'sig=9'))).status).toBe(404)
  })
})

describe('reactions', () => {
  test('are exactly one emoji', async () => {
    const { id } = await conversationOf(server, ann, 'direct', [bob])
    const message = await say(server, ann, id, 'hello')
    const path = `/api/messages/${message.id}/reactions`
    for (const emoji of ['', 'ok', '👍👍', '<b>', ' '])
      expect(await outcome(bob, 'POST', path, { emoji }), emoji).toBe('invalid_request')
    expect((await by(server, bob, 'POST', path, { emoji: '👍' })).body).toEqual({
      messageId: message.id,
      conversationId: id,
      emoji: '👍',
      userId: bob,
      totalCount: 1,
    })
    expect((await by<Page<unknown>>(server, ann, 'GET', path)).body.data).toEqual([
      { emoji: '👍', count: 1, userIds: [bob] },
    ])
    const away = await by(server, bob, 'DELETE', `${path}/${encodeURIComponent('👍')}`)
    expect(away.body).toMatchObject({ totalCount: 0 })
    expect((await by<Page<unknown>>(server, ann, 'GET', path)).body.data).toEqual([])
  })
})

describe('reading', () => {
  test('is counted for each user, and tells who has read', async () => {
    const { id } = await conversationOf(server, ann, 'group', [bob, cid])
    const [first, second] = [await say(server, ann, id, '1'), await say(server, ann, id, '2')]
    const unread = async (userId: string) =>
      (await by<{ unreadCount: number }>(server, userId, 'GET', `/api/conversations/${id}/unread-count`)).body
    expect(await unread(bob)).toEqual({ conversationId: id, unreadCount: 2 })
    expect(await unread(ann)).toMatchObject({ unreadCount: 0 })
    expect((await by(server, bob, 'PUT', `/api/messages/${first.id}/read`)).body).toEqual({ updated: 1 })
    expect(await unread(bob)).toMatchObject({ unreadCount: 1 })
    expect(await unread(cid)).toMatchObject({ unreadCount: 2 })
    const readers = async ({ id: messageId }: Message) =>
      (
        await by<Page<{ userId: string }>>(server, ann, 'GET', `/api/messages/${messageId}/read`)
      ).body.data.map(({ userId }) => userId)
    expect(await readers(first)).toContain(bob)
    expect(await readers(first)).not.toContain(cid)
    expect(await readers(second)).not.toContain(bob)
    const up = { upToMessageId: second.id }
    expect((await by(server, cid, 'PUT', `/api/conversations/${id}/read`, up)).body).toEqual({ updated: 2 })
    expect((await by(server, bob, 'PUT', `/api/conversations/${id}/read`)).body).toEqual({ updated: 1 })
    expect(await unread(bob)).toMatchObject({ unreadCount: 0 })
  })
})

describe('presence', () => {
  test('says who is there, and nothing of those whom one may not know', async () => {
    const { id } = await conversationOf(server, ann, 'direct', [bob])
    const stranger = newUser('elsewhere')
    using _bob = await device(server, bob)
    using _elsewhere = await device(server, stranger, { app_id: rival.id })
    const of = async (path: string, body?: unknown) =>
      (await by<Page<Presence>>(server, ann, body === undefined ? 'GET' : 'POST', path, body)).body.data
    const inside = await of(`/api/conversations/${id}/presence`)
    expect(inside).toContainEqual({ userId: bob, online: true, lastSeen: expect.anything() })
    const batch = await of('/api/presence/batch', { userIds: [bob, stranger, 'nobody-at-all'] })
    const unknown = { online: false, lastSeen: null }
    expect(batch).toEqual([
      expect.objectContaining({ userId: bob, online: true }),
      { userId: stranger, ...unknown },
      { userId: 'nobody-at-all', ...unknown },
    ])
    expect((await by<Presence>(server, ann, 'GET', `/api/users/${bob}/presence`)).body.online).toBe(true)
    const elsewhere = await by<Presence>(server, ann, 'GET', `/api/users/${stranger}/presence`)
    expect(elsewhere.body).toEqual({ userId: stranger, ...unknown })
  })
})

describe('a support conversation', () => {
  test('waits in the queue of all protocols, and an agent on v1 answers it', async () => {
    using user = await device(server, ann)
    const { id, ...begun } = await conversationOf(server, ann, 'support', [], { metadata: { page: '/' } })
    expect(begun).toMatchObject({
      type: 'support',
      handler: 'queue',
      queue: { position: expect.any(Number) },
    })
    expect(await user.next('conversation:new')).toMatchObject({ id })
    const question = await user.ask('message:send', { conversationId: id, content: 'Is shipping free?' })
    expect(question.ok).toBe(true)
    expect(await user.next('message:new')).toMatchObject({ content: 'Is shipping free?', senderId: ann })

    using agent = await connectAgent(server, 'ana')
    await agent.ask('conversation:join', { conversation_id: id })
    await agent.ask('conversation:claim', { conversation_id: id })
    await agent.ask('typing:start', { conversation_id: id })
    const me = await call(server, 'GET', '/v1/auth/me', { as: asBearer(people.ana.token) })
    const agentId = (me.body as { agent: { id: string } }).agent.id
    expect(await user.next('user:typing')).toMatchObject({
      conversationId: id,
      userId: agentId,
      isActive: true,
    })
    await agent.ask('message:send', {
      conversation_id: id,
      local_id: '1',
      body: 'A note',
      visibility: 'internal',
    })
    await agent.ask('message:send', { conversation_id: id, local_id: '2', body: 'Above 50 Euro.' })
    const answer = await user.next('message:new', ({ senderId }) => senderId === agentId)
    expect(answer).toMatchObject({ content: 'Above 50 Euro.', sender: { type: 'agent', name: 'Ana' } })
    await agent.ask('message:read', { conversation_id: id, up_to_sequence: 1 })
    expect(
      (await user.next('conversation:read', ({ userId }) => userId === agentId)) satisfies object,
    ).toMatchObject({ conversationId: id, count: 1 })
    await user.ask('reaction:add', { messageId: answer.id, emoji: '👍' })
    await agent.next('reaction:changed')
    const { body } = await by<Page<Message>>(server, ann, 'GET', `/api/conversations/${id}/messages`)
    expect(body.data.map(({ content }) => content)).toEqual(['Is shipping free?', 'Above 50 Euro.'])
    expect(JSON.stringify(user.received)).not.toContain('A note')
  })

  test('is the user’s alone', async () => {
    const { id } = await conversationOf(server, ann, 'support')
    expect(await outcome(bob, 'GET', `/api/conversations/${id}`)).toBe('not_found')
    expect(
      await outcome(ann, 'POST', `/api/conversations/${id}/participants`, { participantIds: [bob] }),
    ).not.toBe(200)
  })
})

describe('paths of this protocol', () => {
  test('refuse in its own shape, the unknown ones too', async () => {
    const { status, body } = await call(server, 'GET', '/api/nothing/here')
    expect(status).toBe(404)
    expect(body).toEqual({
      code: 'not_found',
      message: expect.stringContaining('/api/nothing/here'),
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    })
  })

  test('leave what is the server’s own to it', async () => {
    const { status, body } = await call(server, 'GET', '/api/info')
    expect(status).toBe(200)
    expect(body).toMatchObject({ name: 'ReplyHQ', protocols: ['v1', 'hybrid', 'handoff'] })
  })

  test('are described by documents that anybody may read', async () => {
    for (const [path, field] of [
      ['/api/openapi.json', 'openapi'],
      ['/api/asyncapi.json', 'asyncapi'],
    ] as const) {
      const { status, body } = await call(server, 'GET', path)
      expect(status).toBe(200)
      expect(body).toHaveProperty(field)
    }
  })
})

test('a user is told to slow down, a server that acts for them is not', async () => {
  await using hurried = await startHosted({ environment: { REPLYHQ_LIMITS_DEVICE_REQUESTS: '3' } })
  const [user = ''] = await known(hurried, 'user')
  const list = (as: Record<string, string>) => api<Refusal>(hurried, 'GET', '/api/conversations', { as })
  for (let index = 0; index < 3; index++) expect((await list(asUser(user))).status).toBe(200)
  const refused = await list(asUser(user))
  expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited'])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  const acting = { Authorization: `Bearer ${shop.secretKey}`, 'X-User-Id': user }
  for (let index = 0; index < 5; index++) expect((await list(acting)).status).toBe(200)
})
