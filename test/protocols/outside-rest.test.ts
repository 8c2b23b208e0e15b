import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  Delivery,
  DeliveryAttempt,
  EventPage,
  Webhook,
  WebhookSecret,
} from '../../src/server/protocols/v1/schemas.js'
import { answering, ok, Receiver } from '../helpers/receiver.js'
import { asBearer, people, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { api, refused } from './conforming.js'
import { newConversation } from './live.js'

let server: TestServer
let receiver: Receiver
beforeAll(async () => {
  receiver = await Receiver.start()
  server = await startTestServer({
    // Given up after the first attempt: what comes after it is for a person.
    environment: { WEBHOOK_ALLOW_PRIVATE: 'true', REPLYHQ_WEBHOOK_SCHEDULE: '0s' },
  })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

const adam = asBearer(people.adam.token)
const ask = <Body>(method: string, path: string, body?: unknown) =>
  api<Body>(server, method, `/v1/admin/${path}`, { as: adam, body })
const add = async (input: object = {}) =>
  (await ask<WebhookSecret>('POST', 'webhooks', { url: receiver.url, ...input })).body

async function say(body: string, known?: Awaited<ReturnType<typeof newConversation>>) {
  const { id, as } = known ?? (await newConversation(server))
  const message = { local_id: crypto.randomUUID(), body }
  await api(server, 'POST', `/v1/conversations/${id}/messages`, { as, body: message })
  return id
}

describe('A webhook', () => {
  test('shows its secret when it is added and when it is rotated, and nowhere else', async () => {
    const { webhook, secret } = await add({ events: ['message.created'] })
    expect(secret).toMatch(/^whsec_/)
    expect(webhook).toMatchObject({
      id: expect.stringMatching(/^whk_/),
      url: receiver.url,
      events: ['message.created'],
      enabled: true,
      configured: false,
      previous_secret_until: null,
    })
    const rotated = (await ask<WebhookSecret>('POST', `webhooks/${webhook.id}/rotate`)).body
    expect(rotated.secret).not.toBe(secret)
    expect(Date.parse(rotated.webhook.previous_secret_until ?? '')).toBeGreaterThan(Date.now())
    const elsewhere = [
      await ask('GET', 'webhooks'),
      await ask('GET', `webhooks/${webhook.id}`),
      await ask('PATCH', `webhooks/${webhook.id}`, { enabled: false }),
      await ask('GET', 'audit'),
    ]
    for (const { body } of elsewhere) expect(JSON.stringify(body)).not.toContain('whsec_')
    expect((await ask('DELETE', `webhooks/${webhook.id}`)).status).toBe(204)
    expect((await refused(server, 'GET', `/v1/admin/webhooks/${webhook.id}`, { as: adam })).code).toBe(
      'not_found',
    )
  })

  test('takes a secret of its owner, other types and another address', async () => {
    const own = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
    const { webhook, secret } = await add({ secret: own })
    expect(secret).toBe(own)
    expect(webhook.events).toEqual([])
    const changes = { url: `${receiver.url}/other`, events: ['reaction.added'], enabled: false }
    const changed = await ask<{ webhook: Webhook }>('PATCH', `webhooks/${webhook.id}`, changes)
    expect(changed.body.webhook).toMatchObject(changes)
    await ask('DELETE', `webhooks/${webhook.id}`)
  })

  test('is refused where its address, its types or its secret are wrong', async () => {
    const wrong = [
      { url: 'ftp://shop.example' },
      { url: 'https://name:password@shop.example' },
      { url: receiver.url, events: ['message.read'] },
      { url: receiver.url, secret: 'short' },
    ]
    for (const body of wrong) {
      const refusal = await refused(server, 'POST', '/v1/admin/webhooks', { as: adam, body })
      expect(refusal.code, JSON.stringify(body)).toBe('invalid_request')
    }
  })

  test('is tested at once, and a failure of the receiver is an answer', async () => {
    const { webhook } = await add({ events: ['contact.updated'] })
    const test = async () =>
      (await ask<{ attempt: DeliveryAttempt }>('POST', `webhooks/${webhook.id}/test`)).body.attempt
    expect(await test()).toMatchObject({ status: 204, error: null, attempt: 1 })
    expect(receiver.received.at(-1)?.event.type).toBe('webhook.test')
    receiver.answer = answering(500, {}, 'out of order')
    expect(await test()).toMatchObject({ status: 500, response: 'out of order', error: expect.any(String) })
    receiver.answer = ok
    await ask('DELETE', `webhooks/${webhook.id}`)
  })
})

describe('A delivery', () => {
  test('that failed is listed with what was answered, and arrives when it is sent again', async () => {
    const { webhook } = await add({ events: ['message.created'] })
    receiver.answer = answering(503, {}, 'later')
    await say('Is EU shipping free?')
    const list = async (query: string) =>
      (await ask<{ deliveries: Delivery[] }>('GET', `deliveries?webhook=${webhook.id}&${query}`)).body
        .deliveries
    const [dead] = await until('it is given up', async () => {
      const found = await list('state=dead')
      return found.length > 0 && found
    })
    expect(dead).toMatchObject({
      id: expect.stringMatching(/^dlv_/),
      kind: 'webhook',
      target: receiver.url,
      webhook_id: webhook.id,
      event: { type: 'message.created' },
      state: 'dead',
      attempts: 1,
      last_status: 503,
      next_attempt_at: null,
    })
    const path = `deliveries/${dead?.id}`
    const shown = await ask<{ attempts: DeliveryAttempt[] }>('GET', path)
    expect(shown.body.attempts).toMatchObject([{ attempt: 1, status: 503, response: 'later' }])

    receiver.answer = ok
    receiver.received.length = 0
    expect((await ask('POST', `${path}/replay`)).body).toMatchObject({ delivery: { state: 'pending' } })
    await until('it arrives', () => receiver.received.length > 0)
    expect(receiver.received[0]).toMatchObject({
      event: { id: dead?.event?.id, data: { content: 'Is EU shipping free?' } },
      headers: { 'webhook-id': dead?.event?.id, 'x-webhook-attempt': '2' },
    })
    await until('it is done', async () => (await list('state=done')).length === 1)
    const under = await ask<{ deliveries: Delivery[] }>('GET', `webhooks/${webhook.id}/deliveries?state=done`)
    expect(under.body.deliveries.map(({ id }) => id)).toEqual([dead?.id])
    await ask('DELETE', `webhooks/${webhook.id}`)
  })

  test('is one of many that are sent again together, and pages lead through them', async () => {
    const { webhook } = await add({ events: ['message.created'] })
    receiver.answer = answering(500)
    for (const text of ['one', 'two', 'three']) await say(text)
    type Page = { deliveries: Delivery[]; next_cursor: string | null }
    const dead = async (query = '') =>
      (await ask<Page>('GET', `webhooks/${webhook.id}/deliveries?state=dead${query}`)).body
    await until('all are given up', async () => (await dead()).deliveries.length === 3)
    const first = await dead('&limit=2')
    const second = await dead(`&limit=2&cursor=${first.next_cursor}`)
    expect([...first.deliveries, ...second.deliveries]).toEqual((await dead()).deliveries)
    expect(second.next_cursor).toBeNull()

    receiver.answer = ok
    receiver.received.length = 0
    const replay = (body: object) =>
      ask<{ replayed: number }>('POST', 'deliveries/replay', { state: 'dead', ...body })
    const later = new Date(Date.now() + 60_000).toISOString()
    expect((await replay({ webhook_id: webhook.id, since: later })).body).toEqual({ replayed: 0 })
    expect((await replay({ webhook_id: webhook.id })).body).toEqual({ replayed: 3 })
    await until('all arrive', () => receiver.received.length === 3)
    const texts = receiver.received.map(({ event }) => event.data.content)
    expect(texts.sort()).toEqual(['one', 'three', 'two'])
    const unknown = { as: adam, body: { state: 'dead', webhook_id: 'whk_none' } }
    expect((await refused(server, 'POST', '/v1/admin/deliveries/replay', unknown)).code).toBe('not_found')
    await ask('DELETE', `webhooks/${webhook.id}`)
  })
})

describe('The stream of events', () => {
  const page = async (query: Record<string, string>) =>
    (await ask<EventPage>('GET', `events?${new URLSearchParams(query)}`)).body

  test('begins now, goes on from a cursor, and gives what a webhook carries', async () => {
    const { webhook } = await add({ events: ['message.created'] })
    const begin = await page({})
    expect(begin.events).toEqual([])
    receiver.received.length = 0
    const conversation = await newConversation(server)
    await say('first', conversation)
    await say('second', conversation)
    const { events, cursor } = await page({ after: begin.cursor, types: 'message.created' })
    expect(events.map(({ data }) => data.content)).toEqual(['first', 'second'])
    expect(events[1]?.cursor).toBe(cursor)
    const rest = await page({ after: events[0]?.cursor ?? '', types: 'message.created,message.deleted' })
    expect(rest.events).toEqual([events[1]])
    await until('the webhook has both', () => receiver.received.length === 2)
    expect(receiver.received.map(({ event }) => event)).toEqual(
      events.map(({ cursor: _, ...event }) => event),
    )
    await ask('DELETE', `webhooks/${webhook.id}`)
  })

  test('waits for an event, as long as it was asked to', async () => {
    const { cursor } = await page({})
    const conversation = await newConversation(server)
    const types = 'reaction.added'
    const waiting = page({ after: cursor, wait: '20', types: 'message.created' })
    await say('at last', conversation)
    expect((await waiting).events.map(({ data }) => data.content)).toEqual(['at last'])
    const began = performance.now()
    expect(await page({ after: cursor, wait: '1', types })).toEqual({
      events: [],
      cursor: expect.any(String),
    })
    expect(performance.now() - began).toBeGreaterThan(900)
  })

  test('tells no internal note, and refuses what is no cursor, type or time of it', async () => {
    const { cursor } = await page({})
    const id = await say('hello')
    const note = { local_id: '1', body: 'only for us', visibility: 'internal' }
    await ask('POST', `conversations/${id}/messages`, note)
    expect(JSON.stringify(await page({ after: cursor }))).not.toContain('only for us')
    for (const query of ['after=nowhere', 'types=message.read', 'types=', 'wait=31', 'limit=0']) {
      const refusal = await refused(server, 'GET', `/v1/admin/events?${query}`, { as: adam })
      expect(refusal.code, query).toBe('invalid_request')
    }
  })

  test('of one app says nothing of another, not even by its cursors', async () => {
    const { cursor } = await page({})
    const rita = asBearer(people.rita.token)
    const other = await api<EventPage>(server, 'GET', '/v1/admin/events', { as: rita })
    await say('ours')
    const theirs = `/v1/admin/events?after=${other.body.cursor}`
    expect((await api<EventPage>(server, 'GET', theirs, { as: rita })).body.events).toEqual([])
    const foreign = await refused(server, 'GET', `/v1/admin/events?after=${cursor}`, { as: rita })
    expect(foreign.code).toBe('invalid_request')
  })
})
