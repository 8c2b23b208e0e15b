import { expect, test } from 'vitest'
import { newCompany } from '../core/company.js'
import { eachDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { deliveringInstance } from './desk.js'

const [events, lanes, receivers] = [150, 15, 10]

eachDatabase('Many events to ten receivers', (database) => {
  const desk = deliveringInstance(database)

  test('reach nine of them in order while the tenth is dead', async () => {
    const { context, core } = desk.instance()
    const company = await newCompany(desk.instance())
    const living = await Promise.all(Array.from({ length: receivers - 1 }, () => desk.receiver()))
    const dead = await desk.receiver()
    await dead.stop()
    for (const { url } of [...living, dead]) await core.webhooks.add(company.admin, { url })
    const write = (number: number) =>
      context.store.transaction((transaction) =>
        core.outbox.record(transaction, company.app, {
          type: 'message.created',
          conversationKey: 1 + (number % lanes),
          data: () => ({ number }),
        }),
      )
    for (let number = 0; number < events; number++) await write(number)
    for (const { received } of living)
      await until('all events come', () => received.length >= events, { deadline: 30_000 })
    for (const { received } of living) {
      const numbers = received.map(({ event }) => Number(event.data.number))
      expect(new Set(numbers).size).toBe(events)
      for (let lane = 0; lane < lanes; lane++) {
        const own = numbers.filter((number) => number % lanes === lane)
        expect(own).toEqual(own.toSorted((a, b) => a - b))
      }
    }
    await dead.start()
  }, 60_000)
})
