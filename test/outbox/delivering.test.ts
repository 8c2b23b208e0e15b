import { expect, test } from 'vitest'
import { eachDatabase } from '../helpers/databases.js'
import { answering, ok, type Receiver } from '../helpers/receiver.js'
import { until } from '../helpers/until.js'
import { chatter, day, deliveringInstance, hour, minute, passUntil, second } from './desk.js'
import { expectSigned } from './signed.js'

const all = { limit: 100 }
const came = (receiver: Receiver, count: number) =>
  until(`${count} webhooks come`, () => receiver.received.length >= count)

eachDatabase('A webhook', (database) => {
  const desk = deliveringInstance(database)
  const { instance } = desk

  test('is told of each message at once, in order, signed in both ways', async () => {
    const { company, receiver, secret } = await desk.subscribe()
    const talk = await company.served()
    const bodies = await chatter(talk, 20)
    await came(receiver, 20)
    expect(receiver.contents()).toEqual(bodies)
    for (const received of receiver.received) expectSigned(received, secret)
    expect(new Set(receiver.received.map(({ attempt }) => attempt))).toEqual(new Set([1]))
    expect(receiver.received[0]?.headers['content-type']).toBe('application/json')
    const { deliveries } = company.core
    const done = () => deliveries.list(company.admin, { ...all, state: 'done' })
    await until('all are written down', async () => (await done()).length === 20)
    const [last] = await done()
    const { attempts } = await deliveries.one(company.admin, last?.id ?? '')
    expect(attempts).toMatchObject([{ attempt: 1, status: 204, error: null }])
  })

  test('gets what waited while it was down, the same events in the order of each conversation', async () => {
    const { company, receiver } = await desk.subscribe()
    const [one, two] = [await company.served(), await company.served()]
    await receiver.stop()
    const bodies = await chatter(one, 3, 'one')
    const others = await chatter(two, 3, 'two')
    const failed = async () =>
      (await company.core.deliveries.list(company.admin, all)).some(({ attempts }) => attempts > 0)
    await until('an attempt fails', failed)
    await receiver.start()
    const took = await passUntil(instance(), 'all come', () => receiver.received.length >= 6)
    expect(took).toBeLessThanOrEqual(20 * second)
    expect(receiver.contents().filter((body) => String(body).startsWith('one'))).toEqual(bodies)
    expect(receiver.contents().filter((body) => String(body).startsWith('two'))).toEqual(others)
  })

  test('that fails once holds up its conversation for five seconds, and no other one', async () => {
    const { company, receiver } = await desk.subscribe()
    const [slow, quick] = [await company.served(), await company.served()]
    receiver.answer = ({ event, attempt }, response) =>
      answering(event.data.content === 'slow 1' && attempt === 1 ? 500 : 204)({ event } as never, response)
    await chatter(slow, 3, 'slow')
    await chatter(quick, 3, 'quick')
    await came(receiver, 4)
    await until('all others came', () => receiver.contents().includes('quick 3'))
    expect(receiver.contents()).not.toContain('slow 2')
    await passUntil(instance(), 'the rest comes', () => receiver.received.length >= 7, { most: 30 * second })
    const contents = receiver.contents().filter((body) => String(body).startsWith('slow'))
    expect(contents).toEqual(['slow 1', 'slow 1', 'slow 2', 'slow 3'])
  })

  test('that fails twice with one event gets the later ones meanwhile', async () => {
    const { company, receiver } = await desk.subscribe()
    const talk = await company.served()
    receiver.answer = (received, response) =>
      answering(received.event.data.content === 'bad 1' ? 500 : 204)(received, response)
    await chatter(talk, 3, 'bad')
    await passUntil(instance(), 'the later ones come', () => receiver.contents().includes('bad 3'), {
      most: 30 * second,
    })
    expect(receiver.contents()).toEqual(['bad 1', 'bad 1', 'bad 2', 'bad 3'])
  })

  test('that always fails is tried ten times over three days, then put aside, and sent again on demand', async () => {
    const { company, receiver, id } = await desk.subscribe()
    receiver.answer = (received, response) =>
      answering(received.event.data.content === 'x 1' ? 503 : 204, {}, 'not today')(received, response)
    const { deliveries } = company.core
    const [talk, other] = [await company.served(), await company.served()]
    await chatter(talk, 1, 'x')
    const [first] = await deliveries.list(company.admin, all)
    const one = async () => (await deliveries.one(company.admin, first?.id ?? '')).delivery
    const begun = instance().clock.now()
    const moments: number[] = []
    for (let attempt = 1; attempt <= 10; attempt++) {
      await passUntil(instance(), `attempt ${attempt}`, async () => (await one()).attempts >= attempt, {
        step: attempt < 3 ? second : attempt < 5 ? minute : 10 * minute,
      })
      moments.push(instance().clock.now() - begun)
      // Something else arrives, so that it is not failing as a whole.
      await chatter(other, 1, `fine ${attempt}`)
      await until('it is fine', () => receiver.contents().includes(`fine ${attempt} 1`))
    }
    expect(await one()).toMatchObject({ state: 'dead', attempts: 10, lastStatus: 503, nextAttemptAt: null })
    const [, second1 = 0, third = 0] = moments
    expect(second1).toBeGreaterThanOrEqual(4 * second)
    expect(third - second1).toBeGreaterThanOrEqual(4 * minute)
    expect(moments[9]).toBeGreaterThan(60 * hour)
    expect(moments[9]).toBeLessThan(95 * hour)
    const dead = await deliveries.list(company.admin, { ...all, state: 'dead', webhookId: id })
    expect(dead.map((delivery) => delivery.id)).toEqual([first?.id])
    receiver.answer = ok
    await deliveries.replay(company.admin, first?.id ?? '')
    await until('it arrives', async () => (await one()).state === 'done')
    const tries = receiver.received.filter(({ event }) => event.data.content === 'x 1')
    expect(tries.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(new Set(tries.map(({ event }) => event.id)).size).toBe(1)
    const { attempts } = await deliveries.one(company.admin, first?.id ?? '')
    expect(attempts).toHaveLength(11)
    expect(attempts[0]).toMatchObject({ status: 503, responseBody: 'not today' })
  })

  test('that asks for patience is left alone for as long', async () => {
    const { company, receiver } = await desk.subscribe()
    receiver.answer = ({ attempt }, response) => {
      if (attempt === 1) response.writeHead(429, { 'retry-after': '120' })
      else response.writeHead(200)
      response.end()
    }
    await chatter(await company.served(), 1)
    const took = await passUntil(instance(), 'it is tried again', () => receiver.received.length === 2)
    expect(took).toBeGreaterThanOrEqual(119 * second)
    expect(took).toBeLessThanOrEqual(130 * second)
  })

  test('that is gone gets nothing more, and the audit says so', async () => {
    const { company, receiver, id } = await desk.subscribe()
    receiver.answer = answering(410)
    await chatter(await company.served(), 1)
    const { webhooks, deliveries, audit } = company.core
    await until('it is disabled', async () => !(await webhooks.one(company.admin, id)).enabled)
    expect(await webhooks.one(company.admin, id)).toMatchObject({
      disabledReason: expect.stringContaining('410'),
    })
    expect(await deliveries.list(company.admin, all)).toMatchObject([{ state: 'dead', attempts: 1 }])
    const entries = await audit.list(company.admin, { ...all, action: 'webhook.disable' })
    expect(entries).toMatchObject([{ target: id, actorType: 'system' }])
    await chatter(await company.served(), 1)
    expect(await deliveries.list(company.admin, all)).toHaveLength(1)
  })

  test('that fails for a day is disabled, keeps what waits, and gets it when it is enabled again', async () => {
    const { company, receiver, id } = await desk.subscribe()
    await receiver.stop()
    const bodies = await chatter(await company.served(), 2)
    const { webhooks, deliveries } = company.core
    const enabled = async () => (await webhooks.one(company.admin, id)).enabled
    const took = await passUntil(instance(), 'it is disabled', async () => !(await enabled()), {
      // Below the gap after which the time counts as one in which nobody tried.
      step: 1.5 * minute,
    })
    expect(took).toBeGreaterThan(day - hour)
    const pending = await deliveries.list(company.admin, { ...all, state: 'pending' })
    expect(pending).toHaveLength(2)
    expect(pending[0]?.lastError).toContain('ECONNREFUSED')
    await receiver.start()
    expect(await webhooks.update(company.admin, id, { enabled: true })).toMatchObject({
      failingSince: null,
      disabledReason: null,
    })
    await passUntil(instance(), 'it comes', () => receiver.received.length >= 2, { step: 10 * minute })
    expect(receiver.contents().sort()).toEqual(bodies)
  })

  test('that never answers is given up after ten seconds, and holds up nobody else', async () => {
    const silent = await desk.subscribe()
    const { company } = silent
    silent.receiver.answer = () => {}
    const lively = await desk.receiver()
    await company.core.webhooks.add(company.admin, { url: lively.url, events: ['message.created'] })
    const talks = await Promise.all(Array.from({ length: 12 }, () => company.served()))
    for (const talk of talks) await chatter(talk, 2)
    await came(lively, 24)
    expect(silent.receiver.received.length).toBe(4)
    await passUntil(instance(), 'the others are tried', () => silent.receiver.received.length > 4)
    const failed = async () =>
      (await company.core.deliveries.list(company.admin, { ...all, webhookId: silent.id })).filter(
        ({ lastError }) => lastError?.includes('did not answer within 10 s'),
      )
    await until('the failure is written down', async () => (await failed()).length >= 4)
  })

  test('that is back after ten minutes gets at once what waited in long conversations, in order', async () => {
    const { company, receiver } = await desk.subscribe()
    const talk = await company.served()
    await receiver.stop()
    const bodies = await chatter(talk, 25)
    const rows = () => company.core.deliveries.list(company.admin, all)
    const begun = instance().clock.now()
    await passUntil(instance(), 'ten minutes', () => instance().clock.now() - begun >= 10 * minute, {
      step: 5 * second,
    })
    expect((await rows()).filter(({ attempts }) => attempts === 0).length).toBeGreaterThan(4)
    const known = (await rows()).filter(({ attempts }) => attempts === 0).map(({ id }) => id)
    await receiver.start()
    await chatter(await company.served(), 1, 'other')
    const waiting = async () =>
      (await rows()).filter(({ id, state }) => known.includes(id) && state !== 'done').length
    await passUntil(instance(), 'what never was tried comes', async () => (await waiting()) === 0, {
      most: 30 * second,
    })
    const untried = receiver.contents().filter((body) => bodies.slice(-known.length).includes(String(body)))
    expect(untried).toEqual(bodies.slice(-known.length))
  })

  test('that is removed while a request is under way leaves the others alone', async () => {
    const slow = await desk.subscribe()
    const quick = await desk.subscribe()
    let answerNow = () => {}
    slow.receiver.answer = (received, response) => {
      answerNow = () => ok(received, response)
    }
    await chatter(await slow.company.served(), 1)
    await came(slow.receiver, 1)
    await slow.company.core.webhooks.remove(slow.company.admin, slow.id)
    answerNow()
    await chatter(await quick.company.served(), 2)
    const { deliveries } = quick.company.core
    const done = () => deliveries.list(quick.company.admin, { ...all, state: 'done' })
    await until('the results of the others are written', async () => (await done()).length === 2)
  })

  test('that redirects has failed: nothing goes to where it points', async () => {
    const { company, receiver, id } = await desk.subscribe()
    const elsewhere = await desk.receiver()
    receiver.answer = answering(302, { location: elsewhere.url })
    const tested = await company.core.webhooks.test(company.admin, id)
    expect(tested).toMatchObject({ status: 302, error: expect.stringContaining('redirects') })
    expect(elsewhere.received).toEqual([])
  })

  test('is tested on demand, with the answer of its receiver', async () => {
    const { company, receiver, id, secret } = await desk.subscribe()
    receiver.answer = answering(418, {}, `I am a teapot${'!'.repeat(5_000)}`)
    const result = await company.core.webhooks.test(company.admin, id)
    expect(result).toMatchObject({ attempt: 1, status: 418, error: 'The receiver answered 418.' })
    expect(result.responseBody?.startsWith('I am a teapot!')).toBe(true)
    expect(result.responseBody?.length).toBeLessThanOrEqual(2_048)
    const [received] = receiver.received
    if (received === undefined) throw new Error('nothing came')
    expect(received.event.type).toBe('webhook.test')
    expectSigned(received, secret)
    await receiver.stop()
    const refused = await company.core.webhooks.test(company.admin, id)
    expect(refused).toMatchObject({ status: null, error: expect.stringContaining('ECONNREFUSED') })
  })

  test('is signed with two secrets for a day after a rotation', async () => {
    const { company, receiver, id, secret } = await desk.subscribe()
    const talk = await company.served()
    const rotated = await company.core.webhooks.rotate(company.admin, id)
    await chatter(talk, 1)
    await came(receiver, 1)
    const [both] = receiver.received
    if (both === undefined) throw new Error('nothing came')
    expectSigned(both, secret)
    expectSigned(both, rotated.secret)
    expect(both.headers['webhook-signature']?.split(' ')).toHaveLength(2)
    // A request that is still under way is given up when its time passes in that day.
    const done = () => company.core.deliveries.list(company.admin, { ...all, state: 'done' })
    await until('it is known to have arrived', async () => (await done()).length === 1)
    instance().clock.advance(day)
    await chatter(talk, 1)
    await came(receiver, 2)
    const last = receiver.received[1]
    if (last === undefined) throw new Error('nothing came')
    expectSigned(last, rotated.secret)
    expect(last.headers['webhook-signature']?.split(' ')).toHaveLength(1)
  })

  test('gets nothing once it is removed or disabled, and its new address once it was changed', async () => {
    const { company, receiver, id } = await desk.subscribe()
    const { webhooks, deliveries } = company.core
    const talk = await company.served()
    const elsewhere = await desk.receiver()
    await webhooks.update(company.admin, id, { url: elsewhere.url })
    await chatter(talk, 1)
    await came(elsewhere, 1)
    await webhooks.update(company.admin, id, { enabled: false })
    await chatter(talk, 1)
    await webhooks.update(company.admin, id, { enabled: true })
    await webhooks.remove(company.admin, id)
    await chatter(talk, 1)
    expect(await deliveries.list(company.admin, all)).toEqual([])
    expect(receiver.received).toEqual([])
    expect(elsewhere.received).toHaveLength(1)
  })
})
