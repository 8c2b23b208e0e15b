import { expect, test } from 'vitest'
import { openPush, pushGuard } from '../../src/server/adapters/push/push.js'
import { newCompany } from '../core/company.js'
import { openTestInstance } from '../core/instance.js'
import { postgresUrl } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { newToken, pushesOf, second } from './desk.js'
import { Firebase } from './firebase.js'

test('Of two nodes one sends each push, and the other goes on where it stops', async () => {
  const url = await postgresUrl()
  const firebase = await new Firebase(Date.now).start()
  const settings = { fcmServiceAccountFile: firebase.accountFile(), fcmUrl: firebase.url }
  const clock = { now: Date.now, after: () => () => {} }
  const tools = { clock, guard: pushGuard([]), report: () => {} }
  const open = () => openTestInstance(url, {}, async () => ({ pushSender: await openPush(settings, tools) }))
  await using one = await open()
  await using two = await open()
  const [first, other] = [one.core.pushDispatcher.start(), two.core.pushDispatcher.start()]
  const company = await newCompany(one)
  const told = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const talk = await company.served()
      const token = newToken()
      await company.core.visitors.setPushToken(talk.visitor, token, 'android')
      return { talk, token }
    }),
  )
  const writeToAll = (body: string) => Promise.all(told.map(({ talk }) => talk.say(company.ada, body)))
  const allSent = () =>
    until('all are sent', async () => {
      // Slowly: a lease of 30 s must outlast requests on a machine that is busy.
      for (const { clock } of [one, two]) clock.advance(second / 20)
      return (await pushesOf(company)).every(({ state }) => state === 'done')
    })
  await writeToAll('hello')
  await allSent()
  expect(told.map(({ token }) => firebase.to(token).length)).toEqual(Array(12).fill(1))
  await first[Symbol.asyncDispose]()
  await writeToAll('still there?')
  await allSent()
  expect(told.map(({ token }) => firebase.to(token).length)).toEqual(Array(12).fill(2))
  await other[Symbol.asyncDispose]()
  await firebase.stop()
})
