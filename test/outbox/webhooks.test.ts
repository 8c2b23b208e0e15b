import { expect, test } from 'vitest'
import { httpWebhookSender } from '../../src/server/adapters/webhook-sender.js'
import { isWebhookSecret } from '../../src/server/core/outbox/envelope.js'
import { retryAfterMs } from '../../src/server/core/outbox/schedule.js'
import { newCompany } from '../core/company.js'
import { refusal, sharedInstance } from '../core/instance.js'
import { handMovedClock } from '../helpers/clock.js'
import { eachDatabase } from '../helpers/databases.js'
import { Receiver } from '../helpers/receiver.js'

const url = 'https://receiver.example/hook'

// Every notation in which a URL can name a machine behind the server.
const inside = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://0x7f.1/',
  'http://0/',
  'http://0.0.0.0/',
  'http://10.1.2.3/',
  'http://172.16.0.1/',
  'http://192.168.1.1:8080/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[::]/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::127.0.0.1]/',
  'http://[fe80::1]/',
  'http://[fc00::1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://localhost/',
  'http://LOCALHOST./',
  'http://any.localhost/',
  'http://①②⑦.⓪.⓪.①/',
]

eachDatabase('Webhooks of an app', (database) => {
  const instance = sharedInstance(database)

  test('are added with a secret of their own, and only by who manages the app', async () => {
    const { core, admin, ada, viewer, app } = await newCompany(instance())
    const one = await core.webhooks.add(admin, { url, events: ['message.created', 'message.created'] })
    expect(one).toMatchObject({ url, events: ['message.created'], enabled: true, configured: false })
    expect(isWebhookSecret(one.secret)).toBe(true)
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
    expect((await core.webhooks.add(admin, { url, secret })).secret).toBe(secret)
    for (const staff of [ada, viewer]) {
      await refusal(core.webhooks.add(staff, { url }), 'forbidden')
      await refusal(core.webhooks.list(staff), 'forbidden')
      await refusal(core.deliveries.list(staff, { limit: 1 }), 'forbidden')
      await refusal(core.webhooks.test(staff, one.id), 'forbidden')
    }
    const entries = await core.audit.list(admin, { limit: 10, action: 'webhook.add' })
    expect(entries).toHaveLength(2)
    expect(JSON.stringify(entries)).not.toContain('whsec_')
    expect(entries[0]?.appKey).toBe(app.key)
  })

  test('of another app are not found, nor their deliveries', async () => {
    const [ours, theirs] = [await newCompany(instance()), await newCompany(instance())]
    const { webhooks, deliveries } = ours.core
    const { id } = await webhooks.add(theirs.admin, { url })
    for (const attempt of [
      () => webhooks.one(ours.admin, id),
      () => webhooks.update(ours.admin, id, { enabled: false }),
      () => webhooks.remove(ours.admin, id),
      () => webhooks.rotate(ours.admin, id),
      () => webhooks.test(ours.admin, id),
      () => deliveries.list(ours.admin, { webhookId: id, limit: 1 }),
      () => deliveries.one(ours.admin, 'dlv_unknown'),
      () => deliveries.replay(ours.admin, 'dlv_unknown'),
      () => deliveries.replayDead(ours.admin, { webhookId: id }),
    ])
      await refusal(attempt(), 'not_found')
    expect(await webhooks.list(ours.admin)).toEqual([])
    expect(await webhooks.one(theirs.admin, id)).toMatchObject({ enabled: true })
  })

  test('are at most twenty', async () => {
    const { core, admin } = await newCompany(instance())
    for (let count = 0; count < 20; count++) await core.webhooks.add(admin, { url })
    await refusal(core.webhooks.add(admin, { url }), 'conflict')
    const [first] = await core.webhooks.list(admin)
    await core.webhooks.remove(admin, first?.id ?? '')
    await core.webhooks.add(admin, { url })
  })

  test('go nowhere behind the server, in whatever notation', async () => {
    const { core, admin } = await newCompany(instance())
    const { id } = await core.webhooks.add(admin, { url })
    for (const address of inside) {
      await refusal(core.webhooks.add(admin, { url: address }), 'invalid_request')
      await refusal(core.webhooks.update(admin, id, { url: address }), 'invalid_request')
    }
    for (const address of [
      'ftp://receiver.example/',
      'receiver.example',
      'https://a:b@receiver.example/',
      '',
    ])
      await refusal(core.webhooks.add(admin, { url: address }), 'invalid_request')
    expect(await core.webhooks.list(admin)).toMatchObject([{ url }])
  })

  test('take only known types and secrets of the right form', async () => {
    const { core, admin } = await newCompany(instance())
    const events = ['message.exploded'] as never
    await refusal(core.webhooks.add(admin, { url, events }), 'invalid_request')
    for (const secret of ['', 'short', 'whsec_', 'whsec_c2hvcnQ=', `whsec_${'*'.repeat(40)}`])
      await refusal(core.webhooks.add(admin, { url, secret }), 'invalid_request')
  })
})

test('a name that leads behind the server is refused when it is connected to', async () => {
  const receiver = await Receiver.start()
  const clock = handMovedClock()
  const options = { clock, timeoutMs: 5_000, keptConnections: 1 }
  const named = receiver.url.replace('127.0.0.1', 'localhost')
  const request = { url: named, headers: {}, body: '{}' }
  const careful = httpWebhookSender({ ...options, allowPrivate: false, privateNetworks: [] })
  await expect(careful.send(request)).rejects.toThrow('private address')
  await expect(careful.send({ ...request, url: receiver.url })).rejects.toThrow('private address')
  expect(receiver.received).toEqual([])
  const networks = ['127.0.0.0/8', '::1']
  for (const lenient of [
    httpWebhookSender({ ...options, allowPrivate: true, privateNetworks: [] }),
    httpWebhookSender({ ...options, allowPrivate: false, privateNetworks: networks }),
  ])
    expect(await lenient.send({ ...request, url: receiver.url })).toMatchObject({ status: 204 })
  await receiver.stop()
})

test('connections are used again, and one that was cut meanwhile is no failure', async () => {
  const receiver = await Receiver.start()
  const sender = httpWebhookSender({
    clock: handMovedClock(),
    timeoutMs: 5_000,
    keptConnections: 1,
    allowPrivate: true,
    privateNetworks: [],
  })
  const request = { url: receiver.url, headers: {}, body: '{"id":"evt"}' }
  expect((await sender.send(request)).status).toBe(204)
  await receiver.stop()
  await receiver.start()
  expect((await sender.send(request)).status).toBe(204)
  await receiver.stop()
})

test('a receiver may ask for patience in seconds or until a date, from a second to a day', () => {
  const now = Date.UTC(2026, 10, 21, 12)
  const cases: [string | null, number | null][] = [
    [null, null],
    ['120', 120_000],
    [' 5 ', 5_000],
    ['0', 1_000],
    ['999999999', 86_400_000],
    ['Sat, 21 Nov 2026 12:02:00 GMT', 120_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 1_000],
    ['Sat, 21 Nov 2027 11:00:00 GMT', 86_400_000],
    ['soon', null],
  ]
  for (const [header, wait] of cases) expect(retryAfterMs(header, now), String(header)).toBe(wait)
})
