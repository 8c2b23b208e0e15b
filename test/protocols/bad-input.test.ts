import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { errorStatus } from '../../src/server/core/errors.js'
import { hybrid } from '../../src/server/protocols/hybrid/index.js'
import { cleanInput } from '../../src/server/protocols/input.js'
import type { Face } from '../../src/server/protocols/protocol.js'
import type { Route } from '../../src/server/protocols/route.js'
import { v1 } from '../../src/server/protocols/v1/index.js'
import { asBearer, people, type TestServer } from '../helpers/server.js'
import { asHost, asUser, conversationOf, device, known, say, startHosted } from './host.js'
import { type Ack, connectAgent, connectVisitor, type Live, newConversation } from './live.js'
import { mutants, type Schema } from './samples.js'

let server: TestServer
beforeAll(async () => {
  server = await startHosted({
    environment: { REPLYHQ_LIMITS_FAILED_LOGINS: '1000', REPLYHQ_LOG_LEVEL: 'error' },
  })
})
afterAll(() => server[Symbol.asyncDispose]())

const codes = new Set(Object.keys(errorStatus))
const jsonSchema = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema

/** All at once: three thousand cases one after another would take a minute. */
const each = <Case>(cases: readonly Case[], check: (one: Case) => Promise<unknown>) =>
  Promise.all(cases.map(check))

/** Whether the schema itself takes this input: everything else must be refused as invalid. */
function fits(schema: z.ZodType, json: string): boolean {
  try {
    return schema.safeParse(cleanInput(JSON.parse(json))).success
  } catch {
    return false
  }
}

const routes = [...v1.routes, ...hybrid.routes]
interface Entrance {
  readonly headers: Record<string, string>
  readonly url: string
}

/** Somebody who may call the route, and a path with ids that are there. */
const entrance = (route: Route): Promise<Entrance> =>
  route.path.startsWith('/api/') ? memberEntrance(route) : visitorEntrance(route)

async function visitorEntrance(route: Route): Promise<Entrance> {
  const { id, as } = await newConversation(server)
  const response = await fetch(`${server.url}/v1/conversations/${id}/messages`, {
    method: 'POST',
    headers: { ...as, 'Content-Type': 'application/json' },
    body: '{"local_id":"1","body":"hello"}',
  })
  const { message } = (await response.json()) as { message: { id: string } }
  const path = route.path
    .replace(':id', id)
    .replace(':message_id', message.id)
    .replace(':emoji', encodeURIComponent('👍'))
    .replace(':tag', 'tag')
  const headers = route.auth?.admits === 'staff' ? asBearer(people.olga.token) : as
  return { headers, url: server.url + path }
}

async function memberEntrance(route: Route): Promise<Entrance> {
  const { ann, bob, group, message } = await talk()
  const path = route.path
    .replace('conversations/:id', `conversations/${group}`)
    .replace(':conversationId', group)
    .replace(/:messageId|:id/, message)
    .replace(/:userId|:externalUserId/, bob)
    .replace(':emoji', encodeURIComponent('👍'))
  return { headers: route.auth?.admits === 'host' ? asHost : asUser(ann), url: server.url + path }
}

/** A group of two with a message. */
async function talk() {
  const [ann = '', bob = ''] = await known(server, 'ann', 'bob')
  const { id: group } = await conversationOf(server, ann, 'group', [bob])
  return { ann, bob, group, message: (await say(server, ann, group, 'hello')).id }
}

interface Refused {
  code: string
  message: string
}

async function expectClearAnswer(what: string, response: Response): Promise<string | undefined> {
  const text = await response.text()
  expect(response.status, `${what}: ${text}`).toBeLessThan(500)
  expect(response.headers.get('x-request-id'), what).toBeTruthy()
  if (response.status < 400) return undefined
  const refusal = JSON.parse(text) as Refused & { error?: Refused }
  const error = refusal.error ?? refusal
  expect(codes, what).toContain(error.code)
  expect(error.message.length, what).toBeGreaterThan(10)
  return error.code
}

describe('A body that is wrong or strange is refused clearly, and nothing falls over, at', () => {
  for (const route of routes.filter(({ body }) => body !== undefined)) {
    test(`${route.method.toUpperCase()} ${route.path}`, async () => {
      const { headers, url } = await entrance(route)
      const schema = route.body as z.ZodType
      await each(mutants(jsonSchema(schema)), async ({ what, json }) => {
        const response = await fetch(url, {
          method: route.method.toUpperCase(),
          headers: { ...headers, 'Content-Type': 'application/json' },
          body: json,
        })
        const code = await expectClearAnswer(what, response)
        if (!fits(schema, json)) expect(code, `${what}: ${json.slice(0, 200)}`).toBe('invalid_request')
      })
    })
  }
})

describe('A query or a path that is wrong or strange is refused clearly at', () => {
  const oddities = [
    '',
    '%00',
    '%ed%a0%80',
    '../..',
    '-1',
    '1e9',
    "' OR 1=1 --",
    'null',
    '{}',
    'x'.repeat(5_000),
  ]

  for (const route of routes.filter(({ query, params }) => (query ?? params) !== undefined)) {
    test(`${route.method.toUpperCase()} ${route.path}`, async () => {
      const { headers, url } = await entrance(route)
      const names = Object.keys(route.query === undefined ? {} : (jsonSchema(route.query).properties ?? {}))
      const odd = (text: string) => (text.startsWith('%') ? text : encodeURIComponent(text))
      const inQuery = names.flatMap((name) => oddities.map((text) => `${url}?${name}=${odd(text)}`))
      const steps = route.path.split('/').flatMap((step, index) => (step.startsWith(':') ? [index] : []))
      const inPath = steps.flatMap((step) =>
        oddities.map(
          (text) => server.url + url.slice(server.url.length).split('/').with(step, odd(text)).join('/'),
        ),
      )
      const all = [...inQuery, ...inPath, `${url}?${names[0]}[a]=1&${names[0]}=1&${names[0]}=2`]
      await each(all, async (address) => {
        const response = await fetch(address, { method: route.method.toUpperCase(), headers })
        await expectClearAnswer(address.slice(0, 300), response)
      })
    })
  }
})

describe('An event that is wrong or strange is refused clearly, and nothing falls over, at', () => {
  const faces: readonly Face[] = [...v1.faces, ...hybrid.faces]
  const cases = faces.flatMap((face) => face.events.map((event) => ({ face, event })))

  for (const { face, event } of cases) {
    test(`${event.name} on ${face.namespace}`, async () => {
      const { open, ids } = face.namespace === '/' ? await memberScene() : await visitorScene(face)
      using live = await open()
      await each(mutants(jsonSchema(event.input)), async ({ what, json }) => {
        const text = ids.reduce(
          (given, [name, id]) => given.replace(`"${name}":"sample"`, `"${name}":"${id}"`),
          json,
        )
        const ack: Ack = await live.ask(event.name, JSON.parse(text))
        const answer = `${what}: ${JSON.stringify(ack).slice(0, 300)}`
        expect(ack.error?.code, answer).not.toBe('internal')
        const good = ack.ok === true || event.ack.safeParse(ack).success
        expect(good || codes.has(String(ack.error?.code)), answer).toBe(true)
        if (!fits(event.input, text)) expect(ack.error?.code, answer).toBe('invalid_request')
      })
      for (const payload of [null, 0, 'x', [], [[]], true])
        expect((await live.ask(event.name, payload)).error?.code).not.toBe('internal')
    })
  }

  interface EventScene {
    open(): Promise<Live>
    /** What stands in a payload by its name. */
    readonly ids: readonly [name: string, id: string][]
  }

  async function visitorScene(face: Face): Promise<EventScene> {
    const { id, deviceId } = await newConversation(server)
    const open = () =>
      face.namespace === '/client' ? connectVisitor(server, deviceId) : connectAgent(server, 'olga')
    return { open, ids: [['conversation_id', id]] }
  }

  async function memberScene(): Promise<EventScene> {
    const { ann, group, message } = await talk()
    const ids = [
      ['conversationId', group],
      ['messageId', message],
      ['lastMessageId', message],
    ] as const
    return { open: () => device(server, ann), ids: ids.map(([name, id]) => [name, id]) }
  }
})

test('Nothing that was sent has changed what an object is', () => {
  expect(({} as Record<string, unknown>).admin).toBeUndefined()
  expect(({} as Record<string, unknown>).role).toBeUndefined()
})
