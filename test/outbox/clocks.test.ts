import { expect, test } from 'vitest'
import { eachDatabase } from '../helpers/databases.js'
import { answering, ok } from '../helpers/receiver.js'
import { until } from '../helpers/until.js'
import { chatter, day, deliveringInstance, hour, minute, passUntil, second } from './desk.js'

const all = { limit: 100 }

eachDatabase('A clock that jumps', (database) => {
  const desk = deliveringInstance(database)
  const { instance } = desk

  test('forward by a day disables no webhook that failed a minute ago', async () => {
    const { company, receiver, id } = await desk.subscribe()
    receiver.answer = answering(500)
    await chatter(await company.served(), 1)
    const attempts = async () => (await company.core.deliveries.list(company.admin, all))[0]?.attempts
    await passUntil(instance(), 'it fails twice', async () => (await attempts()) === 2)
    instance().clock.advance(day + hour)
    await until('it is tried again', async () => (await attempts()) === 3)
    expect(await company.core.webhooks.one(company.admin, id)).toMatchObject({ enabled: true })
    receiver.answer = ok
    const done = () => company.core.deliveries.list(company.admin, { ...all, state: 'done' })
    await passUntil(instance(), 'it arrives', async () => (await done()).length === 1, { step: minute })
  })

  test('back by an hour keeps neither new events nor repeated ones', async () => {
    const { company, receiver } = await desk.subscribe()
    const [one, two] = [await company.served(), await company.served()]
    receiver.answer = ({ attempt, event }, response) =>
      answering(attempt === 1 && event.data.content === 'bad 1' ? 500 : 200)({ event } as never, response)
    await chatter(one, 1, 'bad')
    const failed = async () =>
      (await company.core.deliveries.list(company.admin, all)).some(({ attempts }) => attempts === 1)
    await until('it fails', failed)
    instance().clock.turnBack(hour)
    await chatter(two, 1, 'new')
    await until('what is new comes', () => receiver.contents().includes('new 1'))
    const took = await passUntil(instance(), 'what failed comes', () => receiver.received.length === 3)
    expect(took).toBeLessThan(20 * second)
  })
})
