import { afterAll, beforeAll, expect, test } from 'vitest'
import { eachDatabase } from '../helpers/databases.js'
import { newCompany } from './company.js'
import { openTestInstance, type TestInstance } from './instance.js'

const DEVICES = Array.from({ length: 30 }, (_, index) => `phone-${index}`)

eachDatabase('A visitor whose requests reach two nodes at once', (database) => {
  let one: TestInstance
  let two: TestInstance

  beforeAll(async () => {
    const url = await database.url()
    one = await openTestInstance(url)
    two = await openTestInstance(url)
  })
  afterAll(async () => {
    await one[Symbol.asyncDispose]()
    await two[Symbol.asyncDispose]()
  })

  test('is one contact from the first of them on', async () => {
    const company = await newCompany(one)
    for (const device of DEVICES) {
      const [here, there] = await Promise.all(
        [one, two].map(({ core }) => core.visitors.recognise(company.app, device, { name: 'Zoë' })),
      )
      expect(here?.contact.id).toBe(there?.contact.id)
    }
    expect(await one.core.contacts.list(company.viewer, { limit: 100 })).toHaveLength(DEVICES.length)
  })

  test('keeps what was written before when it signs in on both', async () => {
    const company = await newCompany(one)
    for (const device of DEVICES) {
      const anonymous = await one.core.visitors.recognise(company.app, device)
      const talk = await company.waiting(anonymous)
      const identity = { id: `user of ${device}` }
      const [here, there] = await Promise.all(
        [one, two].map(({ core }) => core.visitors.recognise(company.app, device, identity)),
      )
      expect(here?.contact).toMatchObject({ externalId: identity.id })
      expect(there?.contact.id).toBe(here?.contact.id)
      const own = here && (await one.core.conversations.listOwn(here, { limit: 10 }))
      expect(own?.map(({ conversation }) => conversation.id)).toEqual([talk.id])
    }
  })
})
