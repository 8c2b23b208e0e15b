import { createECDH } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newCompany } from '../core/company.js'
import { refusal, sharedInstance } from '../core/instance.js'
import { asDevice, call, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { newConversation } from '../protocols/live.js'
import { pushesOf, subject, vapid } from './desk.js'

const pair = createECDH('prime256v1')
const p256dh = pair.generateKeys('base64url')
const auth = Buffer.alloc(16, 7).toString('base64url')
const endpoint = 'https://push.example/send/abc'
const subscription = (changes: object = {}) =>
  JSON.stringify({ endpoint, keys: { p256dh, auth }, expirationTime: null, ...changes })

const instance = sharedInstance()
let server: TestServer
beforeAll(async () => {
  const environment = {
    PUSH_VAPID_SUBJECT: subject,
    PUSH_VAPID_PUBLIC_KEY: vapid.publicKey,
    PUSH_VAPID_PRIVATE_KEY: vapid.privateKey,
  }
  server = await startTestServer({ environment })
})
afterAll(() => server[Symbol.asyncDispose]())

async function registering(token: string, platform: string): Promise<unknown> {
  const company = await newCompany(instance())
  const visitor = await company.visitor()
  return company.core.visitors.setPushToken(visitor, token, platform)
}

test('A subscription is stored without what nobody needs of it', async () => {
  const stored = { pushToken: JSON.stringify({ endpoint, keys: { p256dh, auth } }), platform: 'web' }
  expect(await registering(subscription({ more: 'x'.repeat(2_000) }), 'web')).toMatchObject(stored)
})

test.each([
  ['loopback', 'https://127.0.0.1/x'],
  ['loopback by name', 'https://localhost:8080/x'],
  ['loopback of IPv6', 'https://[::1]/x'],
  ['the metadata of a cloud', 'https://169.254.169.254/latest/meta-data'],
  ['a private network', 'https://10.0.0.8/x'],
  ['a private network behind IPv6', 'https://[::ffff:10.0.0.8]/x'],
  ['a number that is loopback', 'https://2130706433/x'],
  ['plain HTTP', 'http://push.example/x'],
  ['a file', 'file:///etc/passwd'],
  ['a script', 'javascript:alert(1)'],
  ['an address with a password', 'https://a:b@push.example/x'],
  ['an endless address', `https://push.example/${'x'.repeat(2_000)}`],
  ['markup', '<script>alert(1)</script>'],
])('A subscription that leads to %s is refused', async (_what, hostile) => {
  const { message } = await refusal(
    registering(subscription({ endpoint: hostile }), 'web'),
    'invalid_request',
  )
  expect(message).toMatch(/^The endpoint of a subscription/)
})

test.each([
  ['no JSON', 'hello'],
  ['null', 'null'],
  ['a list', '[]'],
  ['no keys', JSON.stringify({ endpoint })],
  ['keys that are no text', subscription({ keys: { p256dh: 1, auth: {} } })],
  ['a key of another length', subscription({ keys: { p256dh: p256dh.slice(4), auth } })],
  [
    'a key that is no point',
    subscription({ keys: { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth } }),
  ],
  ['an auth that is too short', subscription({ keys: { p256dh, auth: 'AAAA' } })],
  ['keys of other letters', subscription({ keys: { p256dh: `${p256dh}<>`, auth } })],
])('A subscription with %s is refused', async (_what, hostile) => {
  await refusal(registering(hostile, 'web'), 'invalid_request')
})

test.each([
  ['markup', '<img src=x onerror=alert(1)>'],
  ['control characters', 'abc\u0000\u001b[2J'],
  ['spaces', 'two words'],
  ['a subscription of a browser', subscription()],
])('A phone’s token of %s is refused', async (_what, hostile) => {
  await refusal(registering(hostile, 'android'), 'invalid_request')
})

test('Nothing is written while no service is configured, or none that reaches the device', async () => {
  const company = await newCompany(instance())
  const talk = await company.served()
  await company.core.visitors.setPushToken(talk.visitor, 'token', 'android')
  await talk.say(company.ada, 'hello')
  expect(await pushesOf(company)).toEqual([])
  const { as, id } = await newConversation(server)
  await call(server, 'PUT', '/v1/devices', { as, body: { push_token: 'token', platform: 'ios' } })
  const agents = { Authorization: `Bearer ${shop.secretKey}` }
  const message = { local_id: 'x', body: 'hello' }
  const sent = await call(server, 'POST', `/v1/admin/conversations/${id}/messages`, {
    as: agents,
    body: message,
  })
  expect(sent.status).toBe(201)
  expect((await call(server, 'GET', '/v1/admin/deliveries', { as: agents })).body).toMatchObject({
    deliveries: [],
  })
})

test('Over REST a page gets the public key and registers; what is hostile or too long is refused', async () => {
  const { as } = await newConversation(server)
  expect((await call(server, 'GET', '/v1/push/key', { as })).body).toEqual({
    vapid_public_key: vapid.publicKey,
  })
  const put = (push_token: string | null) =>
    call(server, 'PUT', '/v1/devices', { as, body: { push_token, platform: 'web' } })
  expect(await put(subscription())).toMatchObject({ status: 200, body: { device: { push: true } } })
  expect(await put(null)).toMatchObject({ status: 200, body: { device: { push: false } } })
  expect((await put(subscription({ endpoint: 'https://127.0.0.1/x' }))).status).toBe(400)
  expect((await put('x'.repeat(5_000))).status).toBe(400)
  const stranger = asDevice('nobody', { ...shop, publishableKey: 'pk_wrong_0123456789abcdefghijk' })
  expect((await call(server, 'GET', '/v1/push/key', { as: stranger })).status).toBe(401)
})
