import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { hybrid } from '../../src/server/protocols/hybrid/index.js'
import type { Route } from '../../src/server/protocols/route.js'
import { asDevice, call, rival, shop, type TestServer } from '../helpers/server.js'
import {
  asHost,
  asUser,
  by,
  conversationOf,
  device,
  internalSecret,
  known,
  newUser,
  say,
  startHosted,
} from './host.js'
import { type Live, newDevice } from './live.js'
import { type Schema, sample } from './samples.js'

let server: TestServer
/** A group of Ann and Bob, a direct conversation and a support conversation of Ann, each with a message. */
let ann: string
let bob: string
let talks: { conversation: string; message: string }[]
let outsider: string
let foreigner: string

beforeAll(async () => {
  server = await startHosted()
  ;[ann = '', bob = '', outsider = ''] = await known(server, 'ann', 'bob', 'outsider')
  foreigner = newUser('foreigner')
  await device(server, foreigner, { app_id: rival.id }).then((live) => live[Symbol.dispose]())
  const group = await conversationOf(server, ann, 'group', [bob], { title: 'private' })
  const direct = await conversationOf(server, ann, 'direct', [bob])
  const support = await conversationOf(server, ann, 'support')
  talks = []
  for (const { id: conversation } of [group, direct, support])
    talks.push({ conversation, message: (await say(server, ann, conversation, 'private')).id })
})
afterAll(() => server[Symbol.asyncDispose]())

const strangers: Record<string, () => Record<string, string>> = {
  'another user of the same app': () => asUser(outsider),
  'a user of another app': () => asUser(foreigner, { app_id: rival.id }),
  'a user of the same name in another app': () => asUser(ann, { app_id: rival.id }),
  'a server of another app': () => ({
    Authorization: `Bearer ${rival.secretKey}`,
    'X-User-Id': foreigner,
  }),
}

const jsonSchema = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema

/** A body that is as it should be, so that only whose thing it is can be wrong. */
function bodyOf({ body }: Route): unknown {
  if (body === undefined) return undefined
  const made = sample(jsonSchema(body))
  return typeof made === 'object' && made !== null && 'participantIds' in made
    ? { ...made, participantIds: [ann] }
    : made
}

const pathTo = ({ path }: Route, { conversation, message }: (typeof talks)[number]): string =>
  path
    .replace('conversations/:id', `conversations/${conversation}`)
    .replace(':conversationId', conversation)
    .replace(/:messageId|:id/, message)
    .replace(':userId', bob)
    .replace(':emoji', encodeURIComponent('👍'))

// Whether somebody is there is answered for anybody who could be meant, and hides who exists.
const members = hybrid.routes.filter(
  ({ auth, path }) =>
    auth?.admits === 'member' && path.includes(':') && path !== '/api/users/:userId/presence',
)

describe('What is Ann’s is not there for', () => {
  for (const [who, as] of Object.entries(strangers)) {
    test(`${who}: ${members.length} routes`, async () => {
      const before = await state()
      for (const route of members)
        for (const talk of talks) {
          const path = pathTo(route, talk)
          const answer = await call(server, route.method.toUpperCase(), path, {
            as: as(),
            body: bodyOf(route),
          })
          expect(answer.status, `${route.method} ${path}: ${JSON.stringify(answer.body)}`).toBe(404)
          expect(JSON.stringify(answer.body)).not.toContain('private')
        }
      expect(await state()).toEqual(before)
    })

    test(`${who}: no list`, async () => {
      const { body } = await call(server, 'GET', '/api/conversations?limit=200', { as: as() })
      for (const { conversation } of talks) expect(JSON.stringify(body)).not.toContain(conversation)
    })
  }

  test('the host of another app', async () => {
    const as = { ...asHost, 'X-App-Id': rival.id }
    for (const method of ['GET', 'DELETE']) await call(server, method, `/api/users/${bob}`, { as })
    expect((await call(server, 'GET', `/api/users/${bob}`, { as })).status).toBe(404)
    expect((await call(server, 'GET', `/api/users/${bob}`, { as: asHost })).status).toBe(200)
  })

  /** All that anybody could have changed, as Ann sees it. */
  async function state() {
    const paths = talks.flatMap(({ conversation, message }) => [
      `/api/conversations/${conversation}`,
      `/api/conversations/${conversation}/messages`,
      `/api/messages/${message}/reactions`,
      `/api/messages/${message}/read`,
    ])
    return Promise.all(paths.map(async (path) => (await by(server, ann, 'GET', path)).body))
  }
})

describe('Events about what is Ann’s are not found by', () => {
  const others: Record<string, () => Promise<Live>> = {
    'another user of the same app': () => device(server, outsider),
    'a user of another app': () => device(server, foreigner, { app_id: rival.id }),
    'a user of the same name in another app': () => device(server, ann, { app_id: rival.id }),
  }
  for (const [who, open] of Object.entries(others)) {
    test(who, async () => {
      using live = await open()
      for (const event of hybrid.faces.flatMap(({ events }) => events)) {
        const made = sample(jsonSchema(event.input))
        if (typeof made !== 'object' || made === null) continue
        for (const { conversation, message } of talks) {
          const ids = { conversationId: conversation, messageId: message, lastMessageId: message }
          if (!Object.keys(made).some((name) => name in ids)) continue
          const ack = await live.ask(event.name, { ...made, ...ids })
          expect(ack.error?.code, `${event.name}: ${JSON.stringify(ack)}`).toBe('not_found')
        }
      }
      for (const { conversation } of talks) {
        await say(server, ann, conversation, 'private')
        await call(server, 'POST', `/api/conversations/${conversation}/messages`, {
          as: asUser(ann),
          body: {},
        })
      }
      await live.ask('ping')
      expect(live.received.map(({ name }) => name)).toEqual(['connected', 'pong'])
    })
  }
})

describe('No route is open to', () => {
  const outsiders: [string, () => Record<string, string>][] = [
    ['nobody', () => ({})],
    ['a visitor', () => asDevice(newDevice(), shop)],
    ['an unknown key', () => ({ 'X-Api-Key': 'sk_0123456789abcdefghijklmnop', 'X-User-Id': ann })],
    ['a token without a signature', () => ({ Authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.' })],
    ['the secret of the internal API', () => asHost],
  ]
  test.each(outsiders)('%s', async (_who, as) => {
    for (const { method, path, auth } of hybrid.routes) {
      if (auth === null || (auth.admits === 'host' && 'X-Internal-Secret' in as())) continue
      const answer = await call(server, method.toUpperCase(), path.replaceAll(/:\w+/g, 'x'), { as: as() })
      expect([401, 403], `${method} ${path}`).toContain(answer.status)
    }
  })

  test('a user, where only the host is let in', async () => {
    for (const { method, path, auth } of hybrid.routes) {
      if (auth?.admits !== 'host') continue
      for (const as of [asUser(ann), { Authorization: `Bearer ${internalSecret}` }]) {
        const answer = await call(server, method.toUpperCase(), path.replaceAll(/:\w+/g, ann), { as })
        expect(answer.status, `${method} ${path}`).toBe(401)
      }
    }
  })
})
