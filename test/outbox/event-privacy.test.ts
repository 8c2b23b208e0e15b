import { expect, test } from 'vitest'
import { newCircle } from '../core/circle.js'
import { sharedInstance } from '../core/instance.js'
import { eachDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'

eachDatabase('The stream of events', (database) => {
  const instance = sharedInstance(database)

  test('tells of what members write to each other only who may add webhooks', async () => {
    const circle = await newCircle(instance())
    const { core, company } = circle
    const { cursor } = await core.events.page(company.admin, { limit: 1 })
    const direct = await circle.direct()
    for (let number = 0; number < 5; number++) await circle.say(circle.ann, direct, 'private')
    const group = await circle.group([[circle.ben, 'member']])
    await circle.say(circle.ben, group, 'private')
    await core.members.remove(circle.ann, group, 'everyone')
    const talk = await company.waiting(await company.visitor('Zoe'))
    await talk.say(talk.visitor, 'for the staff')

    const all = async (reader: typeof company.admin | typeof company.server, limit: number) => {
      const found = []
      for (let after = cursor; ; ) {
        const page = await core.events.page(reader, { after, limit })
        if (page.events.length === 0) return found
        found.push(...page.events)
        after = page.cursor
      }
    }
    // Transactions of other tests on the same Postgres may hold the last ones back for a moment.
    const told = async () => JSON.stringify(await all(company.owner, 100))
    await until('all is told', async () => (await told()).includes('for the staff'))
    for (const reader of [company.admin, company.owner, company.server])
      expect(JSON.stringify(await all(reader, 100))).toContain('private')
    const reading = { ...company.server, scopes: ['read' as const] }
    for (const reader of [company.viewer, company.ada, reading]) {
      // Pages of one: most of them hold nothing for this reader, and none of them ends the stream.
      const events = await all(reader, 1)
      expect(events.map(({ type }) => type)).toEqual([
        'contact.created',
        'conversation.created',
        'message.created',
      ])
      const text = JSON.stringify(events)
      for (const hidden of ['private', direct, group]) expect(text).not.toContain(hidden)
    }
  })
})
