import { expect, test } from 'vitest'
import type { Member } from '../../src/server/core/principal.js'
import { newCircle } from '../core/circle.js'
import { eachDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { newToken, pushesOf, pushingInstance } from './desk.js'

eachDatabase('Members', (database) => {
  const desk = pushingInstance(database)

  test('who are not connected are told of what others write in direct and group conversations', async () => {
    const circle = await newCircle(desk.instance())
    const { core, company, ann, ben, cleo } = circle
    const register = async ({ app, contact }: Member) => {
      const token = newToken()
      const id = contact.externalId
      const hash = undefined
      const visitor = await core.visitors.recognise(app, `device of ${token}`, { id, hash })
      await core.visitors.setPushToken(visitor, token, 'ios')
      return token
    }
    const [anns, bens, cleos] = [await register(ann), await register(ben), await register(cleo)]
    const direct = await circle.direct()
    await circle.say(ann, direct, 'for you')
    const to = (token: string) =>
      desk
        .firebase()
        .to(token)
        .map(({ notification }) => notification.body)
    await until('Ben is told', () => to(bens).length === 1)
    const group = await circle.group([
      [ben, 'member'],
      [cleo, 'member'],
    ])
    await core.presence.memberConnected(cleo, `connection of ${cleos}`)
    await circle.say(ann, group, 'for all')
    await until('Ben is told', () => to(bens).length === 2)
    await until('all are sent', async () => (await pushesOf(company)).every(({ state }) => state === 'done'))
    expect([to(anns), to(bens), to(cleos)]).toEqual([[], ['for you', 'for all'], []])
    await core.members.removeParticipant(ann, group, ben.contact.externalId)
    await circle.say(ann, group, 'without Ben')
    expect(await pushesOf(company)).toHaveLength(2)
  })
})
