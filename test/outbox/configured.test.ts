import { expect, test } from 'vitest'
import { settleConfigured } from '../../src/server/core/outbox/configured.js'
import { pruneOutbox } from '../../src/server/core/outbox/retention.js'
import { refusal } from '../core/instance.js'
import { eachDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { chatter, day, deliveringInstance } from './desk.js'
import { expectSigned } from './signed.js'

const all = { limit: 100 }

eachDatabase('What the settings say', (database) => {
  const desk = deliveringInstance(database)
  const { instance } = desk

  test('makes one webhook of the first app, changes it and disables it, and nobody else does', async () => {
    const { company } = await desk.subscribe()
    const { context, core } = instance()
    const [app] = await context.store.read.apps.list()
    if (app === undefined) throw new Error('there is an app')
    const operator = { type: 'operator' as const, app }
    const configured = async () => (await core.webhooks.list(operator)).filter((one) => one.configured)
    const url = 'https://host.example/hook'
    await settleConfigured(context, { url, secret: 'any text, long enough' })
    await Promise.all([1, 2].map(() => settleConfigured(context, { url, secret: 'another text, long' })))
    const [made, ...more] = await configured()
    expect(more).toEqual([])
    expect(made).toMatchObject({ url, enabled: true, events: [], secret: 'another text, long' })
    const id = made?.id ?? ''
    await refusal(core.webhooks.update(operator, id, { enabled: false }), 'conflict')
    await refusal(core.webhooks.rotate(operator, id), 'conflict')
    await refusal(core.webhooks.remove(operator, id), 'conflict')
    const failed = { enabled: false, disabledReason: 'Every attempt has failed for a day.' }
    const key = made?.key ?? 0
    await context.store.transaction((transaction) => transaction.webhooks.update(key, failed))
    await refusal(core.webhooks.update(operator, id, { enabled: true, url }), 'conflict')
    expect(await core.webhooks.update(operator, id, { enabled: true })).toMatchObject({ enabled: true })
    await settleConfigured(context, null)
    await refusal(core.webhooks.update(operator, id, { enabled: true }), 'conflict')
    expect(await configured()).toMatchObject([
      { id, enabled: false, disabledReason: expect.stringContaining('WEBHOOK_URL') },
    ])
    await settleConfigured(context, { url, secret: 'any text, long enough' })
    expect(await configured()).toMatchObject([{ id, enabled: true, disabledReason: null }])
    await settleConfigured(context, null)
    expect(company.app.id).not.toBe('')
  })

  test('signs with a secret that is any text', async () => {
    const { receiver, company } = await desk.subscribe()
    const secret = 'no base64, but long enough'
    const { context, core } = instance()
    const [app] = await context.store.read.apps.list()
    if (app === undefined) throw new Error('there is an app')
    await settleConfigured(context, { url: receiver.url, secret })
    await context.store.transaction((transaction) =>
      core.outbox.record(transaction, app, { type: 'user.online', data: () => ({ userId: 'zoe' }) }),
    )
    await until('it comes', () => receiver.of('user.online').length === 1)
    const [received] = receiver.of('user.online')
    if (received !== undefined) expectSigned(received, secret)
    await settleConfigured(context, null)
    expect(company.core).toBe(core)
  })

  test('keeps deliveries and events for a week after they ended', async () => {
    const { company, receiver } = await desk.subscribe()
    const { deliveries, events } = company.core
    const { cursor } = await events.page(company.admin, { limit: 1 })
    const talk = await company.served()
    await chatter(talk, 3)
    const done = () => deliveries.list(company.admin, { ...all, state: 'done' })
    await until('all arrive', async () => (await done()).length === 3)
    instance().clock.advance(6 * day)
    await pruneOutbox(instance().context)
    expect(await done()).toHaveLength(3)
    await receiver.stop()
    await chatter(talk, 1)
    await until('it fails', async () => (await deliveries.list(company.admin, all))[0]?.attempts === 1)
    instance().clock.advance(1.5 * day)
    await pruneOutbox(instance().context)
    const left = await deliveries.list(company.admin, all)
    expect(left).toMatchObject([{ event: { type: 'message.created' } }])
    // Nothing is told past a transaction that is still open, of whomever on the same Postgres.
    await until('its event is kept', async () => {
      const page = await events.page(company.admin, { after: cursor, limit: 100 })
      return page.events.some(({ id }) => id === left[0]?.event?.id)
    })
    await receiver.start()
  })
})
