import { expect, test } from 'vitest'
import { newCircle } from '../core/circle.js'
import { afterWaiting, refusal } from '../core/instance.js'
import { eachDatabase } from '../helpers/databases.js'
import { deliveringInstance, passUntil } from './desk.js'

eachDatabase('The way of a message', (database) => {
  const outside = deliveringInstance(database)
  const { instance } = outside

  test('names what is known with its time, and says what is not', async () => {
    const { company, receiver, id: webhookId } = await outside.subscribe()
    const { core, ada, admin, viewer } = company
    const talk = await company.served()
    const { id, createdAt } = await talk.say(talk.visitor, 'where is my parcel?')
    await talk.say(talk.visitor, 'another')
    const moving = core.receipts.move(ada, talk.id, { read: Number.POSITIVE_INFINITY })
    await afterWaiting(instance().clock, 20, moving)
    const readAt = instance().clock.now()
    const attempts = async () =>
      (await core.messageTraces.of(admin, id)).steps.filter(({ delivery }) => delivery?.attempt === 1)
    await passUntil(instance(), 'it is delivered', async () => (await attempts()).length === 1)
    const trace = await core.messageTraces.of(admin, id)
    expect(trace).toMatchObject({ conversationId: talk.id, message: { id } })
    expect(trace.steps.slice(0, 3)).toEqual([
      expect.objectContaining({ step: 'accepted', at: expect.any(Number), certainty: 'exact' }),
      expect.objectContaining({ step: 'stored', at: createdAt, certainty: 'after' }),
      expect.objectContaining({ step: 'fanned_out', at: null, certainty: 'unknown', fanOut: null }),
    ])
    const agent = { type: 'agent', id: ada.agent.id, name: ada.agent.name }
    expect(trace.steps.filter(({ participant }) => participant !== null)).toEqual([
      { step: 'delivered', at: readAt, certainty: 'by', participant: agent, delivery: null, fanOut: null },
      { step: 'read', at: readAt, certainty: 'by', participant: agent, delivery: null, fanOut: null },
    ])
    expect(await attempts()).toMatchObject([
      { step: 'delivery', delivery: { kind: 'webhook', target: webhookId, state: 'done', status: 204 } },
    ])
    expect(receiver.received.length).toBeGreaterThan(0)
    expect((await core.messageTraces.of(viewer, id)).steps).toHaveLength(trace.steps.length)
  })

  test('shows only those who manage the app why a delivery failed, and one that is to come', async () => {
    const { company, receiver } = await outside.subscribe()
    const { core, admin, viewer } = company
    const talk = await company.served()
    await receiver.stop()
    const { id } = await talk.say(talk.visitor, 'anybody there?')
    const steps = async (as: typeof admin) =>
      (await core.messageTraces.of(as, id)).steps.flatMap(({ delivery }) =>
        delivery === null ? [] : [delivery],
      )
    await passUntil(instance(), 'it was tried', async () => (await steps(admin)).length === 2)
    const [failed, next] = await steps(admin)
    expect(failed).toMatchObject({ state: 'pending', attempt: 1, status: null, error: expect.any(String) })
    expect(next).toMatchObject({ state: 'pending', attempt: null })
    expect((await steps(viewer)).map(({ error }) => error)).toEqual([null, null])
  })

  test('is not there for what members write to each other, nor for a message that never was', async () => {
    const circle = await newCircle(instance())
    const { core, company } = circle
    const { id } = await circle.say(circle.ann, await circle.direct(), 'between us')
    const [hidden, unknown] = [id, 'msg_01h455vb4pex5vsknk084sn02q']
    const said = await refusal(core.messageTraces.of(company.owner, hidden), 'not_found')
    expect(await refusal(core.messageTraces.of(company.owner, unknown), 'not_found')).toEqual(said)
  })
})
