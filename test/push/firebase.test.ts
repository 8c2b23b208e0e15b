import { expect, test } from 'vitest'
import { BotWriter } from '../../src/server/core/bot/writer.js'
import type { Talk } from '../core/company.js'
import { eachDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { deviceOf, minute, newToken, pass, pushesOf, pushingInstance, second } from './desk.js'
import { failing } from './firebase.js'

eachDatabase('A phone', (database) => {
  const desk = pushingInstance(database)
  const { instance, firebase } = desk
  const came = (token: string, count = 1) =>
    until(`${count} pushes come`, () => firebase().to(token).length >= count)

  const confirms = async ({ visitor, id }: Talk, cursors: { delivered?: number; read?: number }) => {
    const moving = instance().core.receipts.move(visitor, id, cursors)
    await until('it is confirmed', async () => {
      instance().clock.advance(50)
      return (await Promise.race([moving, undefined])) !== undefined
    })
  }

  test('is told by Firebase of what an agent writes while nobody is connected', async () => {
    const { company, talk, token } = await desk.reached()
    const { id } = await talk.say(company.ada, 'hello')
    await came(token)
    const [message] = firebase().to(token)
    const key = message?.android.collapse_key
    expect(message).toEqual({
      token,
      notification: { title: 'Ada', body: 'hello' },
      data: { app_id: company.app.id, conversation_id: talk.id, message_id: id },
      android: { collapse_key: key, priority: 'HIGH', ttl: '3600s', notification: { tag: key } },
      apns: {
        headers: {
          'apns-collapse-id': key,
          'apns-expiration': String(instance().clock.now() / 1_000 + 3_600),
          'apns-priority': '10',
        },
        payload: { aps: { sound: 'default', 'thread-id': talk.id } },
      },
    })
    expect(key).toMatch(/^[\w-]{32}$/)
    await until('it is done', async () => (await pushesOf(company))[0]?.state === 'done')
    const [push] = await pushesOf(company)
    const target = talk.visitor.deviceId
    expect(push).toMatchObject({ kind: 'push', target, attempts: 1, lastStatus: 200, payload: null })
    const { attempts } = await company.core.deliveries.one(company.admin, push?.id ?? '')
    expect(attempts).toMatchObject([{ attempt: 1, status: 200, error: null }])
  })

  test('is told of what the bot writes, in the name of the app', async () => {
    const { company, talk, token } = await desk.reached()
    const { context, core } = instance()
    const { conversation } = await talk.view()
    const thread = {
      appKey: company.app.key,
      appId: company.app.id,
      conversationId: talk.id,
      conversationKey: conversation.key,
      contactKey: conversation.contactKey,
      kind: conversation.kind,
    }
    const writer = new BotWriter(context, core.outbox)
    await context.store.transaction((transaction) =>
      writer.write(transaction, thread, { localId: 'bot-1', body: 'I am the bot.' }),
    )
    await came(token)
    const notification = { title: company.app.name, body: 'I am the bot.' }
    expect(firebase().to(token)).toMatchObject([{ notification }])
  })

  test('asks for one access token, until shortly before it ends', async () => {
    const { company, talk } = await desk.reached()
    const done = async () => (await pushesOf(company)).every(({ state }) => state === 'done')
    const sent = () => until('it is sent', done)
    await talk.say(company.ada, 'one')
    await sent()
    const { tokens } = firebase()
    await talk.say(company.ada, 'two')
    await sent()
    expect(firebase().tokens).toBe(tokens)
    instance().clock.advance(3_599 * second - minute)
    await talk.say(company.ada, 'three')
    await sent()
    expect(firebase().tokens).toBe(tokens + 1)
  })

  test('that is connected, and who writes themselves, cause no push', async () => {
    const { company, talk, token } = await desk.reached()
    const { presence } = company.core
    await presence.visitorConnected(talk.visitor, `connection of ${token}`, null)
    const { sequence } = await talk.say(company.ada, 'you are here')
    await confirms(talk, { delivered: sequence ?? 0 })
    await presence.visitorDisconnected(talk.visitor, `connection of ${token}`)
    await pass(instance(), 20 * second)
    await talk.say(talk.visitor, 'my own')
    await talk.note('between us')
    expect(await pushesOf(company)).toEqual([])
    await talk.say(company.ada, 'are you gone?')
    await came(token)
    expect(firebase().to(token)).toHaveLength(1)
  })

  test('is told after all of what was written while its connection only seemed to live', async () => {
    const { company, talk, token } = await desk.reached()
    const { presence } = company.core
    await presence.visitorConnected(talk.visitor, `connection of ${token}`, null)
    await talk.say(company.ada, 'long ago')
    instance().clock.advance(2 * minute)
    await talk.say(company.ada, 'into the dead network')
    await presence.visitorDisconnected(talk.visitor, `connection of ${token}`)
    await talk.say(company.ada, 'and while you count as here')
    expect(await pushesOf(company)).toEqual([])
    await pass(instance(), 20 * second)
    await came(token)
    expect(
      firebase()
        .to(token)
        .map(({ notification }) => notification.body),
    ).toEqual(['and while you count as here'])
  })

  test('gets one push for what piled up, with the newest message', async () => {
    const { company, talk, token } = await desk.reached()
    firebase().answer = () => failing(503, 'UNAVAILABLE')
    await talk.say(company.ada, 'one')
    await until('it fails', async () => (await pushesOf(company))[0]?.attempts === 1)
    await talk.say(company.ada, 'two')
    await talk.say(company.ada, 'three')
    expect(await pushesOf(company)).toMatchObject([{ state: 'pending', payload: { body: 'three' } }])
    firebase().answer = () => ({ status: 200, body: {} })
    await pass(instance(), 6 * second)
    expect(
      firebase()
        .to(token)
        .map(({ notification }) => notification.body),
    ).toEqual(['one', 'three'])
    expect(await pushesOf(company)).toMatchObject([{ state: 'done', attempts: 2 }])
  })

  test('gets what was written while the push before was on its way', async () => {
    const { company, talk, token } = await desk.reached()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    firebase().answer = async () => {
      await held
      return { status: 200, body: {} }
    }
    await talk.say(company.ada, 'one')
    await came(token)
    await talk.say(company.ada, 'two')
    release()
    await came(token, 2)
    expect(firebase().to(token)[1]?.notification.body).toBe('two')
    await until('it is done', async () => (await pushesOf(company)).every(({ state }) => state === 'done'))
  })

  test.each([
    ['is unregistered', failing(404, 'UNREGISTERED', 'Requested entity was not found.')],
    ['has a token of another project', failing(403, 'SENDER_ID_MISMATCH')],
    [
      'has a token that is none',
      failing(400, 'INVALID_ARGUMENT', 'The registration token is not a valid FCM registration token'),
    ],
  ])('that %s loses its token, and is not written to again', async (_what, answer) => {
    const reached = await desk.reached()
    const { company, talk, token } = reached
    firebase().answer = () => answer
    await talk.say(company.ada, 'hello')
    await until('the token goes', async () => (await deviceOf(reached))?.pushToken === null)
    expect(await pushesOf(company)).toMatchObject([{ state: 'done', attempts: 1, lastStatus: answer.status }])
    await talk.say(company.ada, 'hello?')
    expect(await pushesOf(company)).toHaveLength(1)
    expect(firebase().to(token)).toHaveLength(1)
  })

  test('keeps its token when the address or the project is wrong, or the message is refused', async () => {
    const reached = await desk.reached()
    const answers = [{ status: 404, body: 'Not Found' }, failing(400, 'INVALID_ARGUMENT', 'Bad ttl')]
    firebase().answer = () => answers.shift() ?? { status: 200, body: {} }
    await reached.talk.say(reached.company.ada, 'hello')
    await until('it fails', async () => (await pushesOf(reached.company))[0]?.attempts === 1)
    await pass(instance(), 6 * second)
    await pass(instance(), 6 * minute)
    expect(await pushesOf(reached.company)).toMatchObject([{ state: 'done', attempts: 3 }])
    expect((await deviceOf(reached))?.pushToken).toBe(reached.token)
  })

  test('is tried four times within the hour, then given up for good', async () => {
    const { company, talk, token } = await desk.reached()
    firebase().answer = () => failing(500, 'INTERNAL')
    await talk.say(company.ada, 'hello')
    await until('it fails', async () => (await pushesOf(company))[0]?.attempts === 1)
    for (const wait of [6 * second, 6 * minute, 36 * minute]) await pass(instance(), wait + second)
    const [push] = await pushesOf(company)
    expect(push).toMatchObject({ state: 'dead', attempts: 4, lastStatus: 500, nextAttemptAt: null })
    expect(firebase().to(token)).toHaveLength(4)
    expect(Number.parseInt(firebase().to(token)[3]?.android.ttl ?? '', 10)).toBeLessThan(30 * 60)
    const replay = company.core.deliveries.replay(company.admin, push?.id ?? '')
    await expect(replay).rejects.toThrow('not sent again')
    expect(await company.core.deliveries.replayDead(company.admin)).toBe(0)
  })

  test('is left alone for as long as Firebase asks, and given up when that is more than an hour', async () => {
    const { company, talk, token } = await desk.reached()
    const asking = (seconds: number) => ({
      ...failing(429, 'QUOTA_EXCEEDED'),
      headers: { 'retry-after': String(seconds) },
    })
    firebase().answer = () => asking(120)
    await talk.say(company.ada, 'hello')
    await until('it fails', async () => (await pushesOf(company))[0]?.attempts === 1)
    await pass(instance(), 110 * second)
    expect(firebase().to(token)).toHaveLength(1)
    firebase().answer = () => asking(3_600)
    await pass(instance(), 11 * second)
    expect(firebase().to(token)).toHaveLength(2)
    expect(await pushesOf(company)).toMatchObject([{ state: 'dead', lastStatus: 429 }])
  })

  test('is reached with a new access token when the old one is refused', async () => {
    const { company, talk, token } = await desk.reached()
    firebase().oldestToken = firebase().tokens + 1
    await talk.say(company.ada, 'hello')
    await came(token)
    await until('it is done', async () => (await pushesOf(company))[0]?.state === 'done')
    expect(await pushesOf(company)).toMatchObject([{ attempts: 1 }])
    expect(desk.reported).toEqual([])
  })

  test('is not reached by a service account that may not, which is reported once', async () => {
    const { company, talk } = await desk.reached()
    const other = await desk.reached()
    firebase().answer = () => failing(403, 'PERMISSION_DENIED')
    await talk.say(company.ada, 'hello')
    await until('it fails', async () => (await pushesOf(company))[0]?.attempts === 1)
    await other.talk.say(other.company.ada, 'hello')
    await until('it fails', async () => (await pushesOf(other.company))[0]?.attempts === 1)
    expect(desk.reported).toEqual([expect.stringContaining('PUSH_FCM_SERVICE_ACCOUNT_FILE')])
    firebase().answer = () => ({ status: 200, body: {} })
    await pass(instance(), 7 * second)
    expect(await pushesOf(company)).toMatchObject([{ state: 'done' }])
  })

  test.each([
    [
      'reads',
      async ({ talk }: Awaited<ReturnType<typeof desk.reached>>) => {
        await confirms(talk, { read: 99 })
      },
    ],
    [
      'comes back',
      ({ company, talk, token }: Awaited<ReturnType<typeof desk.reached>>) =>
        company.core.presence.visitorConnected(talk.visitor, `later ${token}`, null),
    ],
    [
      'signs in as somebody else',
      async ({ company, talk }: Awaited<ReturnType<typeof desk.reached>>) => {
        const { visitors } = company.core
        await visitors.recognise(company.app, talk.visitor.deviceId, { id: 'first' })
        await visitors.recognise(company.app, talk.visitor.deviceId, { id: 'second' })
      },
    ],
    [
      'is spared a message that was taken back',
      async ({ company, talk }: Awaited<ReturnType<typeof desk.reached>>) => {
        const [message] = await talk.history()
        await company.core.messages.remove(company.ada, talk.id, message?.id ?? '')
      },
    ],
  ])('whose person %s before a push was sent gets none', async (_what, meanwhile) => {
    const reached = await desk.reached()
    firebase().answer = () => failing(503, 'UNAVAILABLE')
    await reached.talk.say(reached.company.ada, 'hello')
    await until('it fails', async () => (await pushesOf(reached.company))[0]?.attempts === 1)
    await meanwhile(reached)
    firebase().answer = () => ({ status: 200, body: {} })
    await pass(instance(), 7 * second)
    expect(firebase().to(reached.token)).toHaveLength(1)
    expect(await pushesOf(reached.company)).toMatchObject([
      { state: 'done', attempts: 1, lastError: expect.stringMatching(/\.$/) },
    ])
  })

  test('shows long and hostile text as one short line', async () => {
    const { company, talk, token } = await desk.reached()
    const agent = await company.agent('Eve\u202e\u0007\n<b>')
    await company.core.queue.claim(agent, talk.id).catch(() => {})
    await talk.say(company.ada, `\u001b[2J a\u0000\n\n\tb \u2066${'👋'.repeat(300)}`)
    await came(token)
    const body = firebase().to(token)[0]?.notification.body ?? ''
    expect([...body]).toHaveLength(200)
    expect(body).toMatch(/^\[2J a b 👋+…$/u)
  })

  test('is one of several: each is told once, and no more than twenty', async () => {
    const { company, talk } = await desk.reached()
    const { visitors } = company.core
    const tokens = Array.from({ length: 25 }, newToken)
    const external = { id: `user-${company.app.id}` }
    await visitors.recognise(company.app, talk.visitor.deviceId, external)
    for (const token of tokens) {
      const other = await visitors.recognise(company.app, `device of ${token}`, external)
      await visitors.setPushToken(other, token, 'ios')
    }
    await talk.say(company.ada, 'hello')
    expect(await pushesOf(company)).toHaveLength(20)
    await until('all are sent', async () => (await pushesOf(company)).every(({ state }) => state === 'done'))
  })
})
