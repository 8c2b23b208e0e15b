import { expect, test } from 'vitest'
import { openPush, pushGuard } from '../../src/server/adapters/push/push.js'
import { addressOf } from '../../src/server/core/push/addresses.js'
import { eachDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { deviceOf, pass, pushesOf, pushingInstance, second, subject, vapid } from './desk.js'
import type { Browser } from './push-service.js'
import { signerOf } from './push-service.js'

eachDatabase('A browser', (database) => {
  const desk = pushingInstance(database)
  const { instance } = desk
  const came = (browser: Browser, count = 1) =>
    until(`${count} pushes come`, () => browser.pushed.length >= count)
  const subscribed = async () => {
    const browser = desk.browser()
    return { browser, ...(await desk.reached(browser.subscription, 'web')) }
  }

  test('is told through its push service, which cannot read what it carries', async () => {
    const { browser, company, talk } = await subscribed()
    const { id } = await talk.say(company.ada, 'hello 👋')
    await came(browser)
    const [pushed] = browser.pushed
    if (pushed === undefined) throw new Error('nothing came')
    expect(browser.read(pushed)).toEqual({
      title: 'Ada',
      body: 'hello 👋',
      app_id: company.app.id,
      conversation_id: talk.id,
      message_id: id,
    })
    expect(pushed.body.toString('latin1')).not.toContain('hello')
    expect(pushed.headers).toMatchObject({
      ttl: '3600',
      urgency: 'high',
      'content-encoding': 'aes128gcm',
      topic: expect.stringMatching(/^[\w-]{32}$/),
    })
    const { publicKey, claims } = await signerOf(pushed)
    expect(publicKey).toBe(vapid.publicKey)
    expect(claims).toMatchObject({ aud: desk.pushService().url, sub: subject })
  })

  test('gets the same topic for a conversation, and another for another', async () => {
    const { browser, company, talk } = await subscribed()
    await talk.say(company.ada, 'one')
    await came(browser)
    await talk.say(company.ada, 'two')
    await came(browser, 2)
    const other = await company.served(company.ada, talk.visitor)
    await other.say(company.ada, 'three')
    await came(browser, 3)
    const [one, two, three] = browser.pushed.map(({ headers }) => headers.topic)
    expect(one).toBe(two)
    expect(three).not.toBe(one)
  })

  test.each([404, 410])('whose subscription has ended (%i) is forgotten', async (status) => {
    const reached = await subscribed()
    desk.pushService().answer = () => ({ status })
    await reached.talk.say(reached.company.ada, 'hello')
    await until('it is forgotten', async () => (await deviceOf(reached))?.pushToken === null)
    expect(await pushesOf(reached.company)).toMatchObject([{ state: 'done', lastStatus: status }])
  })

  test('that subscribed again meanwhile keeps its new subscription', async () => {
    const reached = await subscribed()
    const { company, talk, browser } = reached
    const newer = desk.browser()
    desk.pushService().answer = async () => {
      await company.core.visitors.setPushToken(talk.visitor, newer.subscription, 'web')
      return { status: 410 }
    }
    await talk.say(company.ada, 'hello')
    await came(browser)
    await until('it is done', async () => (await pushesOf(company))[0]?.state === 'done')
    expect((await deviceOf(reached))?.pushToken).toContain(newer.path)
  })

  test('is tried again when its push service asks for patience, and redirects are not followed', async () => {
    const { browser, company, talk } = await subscribed()
    const answers = [
      { status: 429, headers: { 'retry-after': '60' } as Record<string, string> },
      { status: 307, headers: { location: '/' } },
    ]
    desk.pushService().answer = () => answers.shift() ?? { status: 201 }
    await talk.say(company.ada, 'hello')
    await until('it fails', async () => (await pushesOf(company))[0]?.attempts === 1)
    await pass(instance(), 55 * second)
    expect(browser.pushed).toHaveLength(1)
    await pass(instance(), 6 * second)
    expect(await pushesOf(company)).toMatchObject([{ state: 'pending', lastStatus: 307 }])
    await pass(instance(), 370 * second)
    expect(await pushesOf(company)).toMatchObject([{ state: 'done', attempts: 3 }])
  })

  test('on a private address is never connected to, whatever was stored', async () => {
    const browser = desk.browser()
    const address = addressOf(browser.subscription)
    if (address === null) throw new Error('this is a subscription')
    const { clock } = instance()
    const settings = { fcmUrl: 'https://fcm.example', vapidSubject: subject, vapidPublicKey: vapid.publicKey }
    const sender = await openPush(
      { ...settings, privateKey: vapid.privateKey },
      { clock, guard: pushGuard([]), report: () => {} },
    )
    const push = { title: 'x', body: 'x', appId: 'app', conversationId: 'conv', messageId: 'msg' }
    const answer = await sender.send(address, { ...push, collapseKey: 'x', ttlSeconds: 9 })
    expect(answer).toMatchObject({ outcome: 'failed', error: expect.stringContaining('private address') })
    expect(browser.pushed).toEqual([])
  })
})
