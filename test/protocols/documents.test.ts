import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as hybridDocuments from '../../src/server/protocols/hybrid/documents.js'
import { hybrid } from '../../src/server/protocols/hybrid/index.js'
import * as v1Documents from '../../src/server/protocols/v1/documents.js'
import { v1 } from '../../src/server/protocols/v1/index.js'
import { call, startTestServer, type TestServer } from '../helpers/server.js'

type Operations = Record<string, Record<string, Operation>>
interface Operation {
  'x-roles': string[]
  security: object[]
  responses: Record<string, unknown>
  summary: string
  operationId: string
}
interface Rest {
  paths: Operations
  components: { securitySchemes: object }
}
interface Events {
  channels: Record<string, { messages: Record<string, unknown> }>
  operations: Record<string, { action: string; 'x-roles'?: string[] }>
}

/** Each protocol with what it serves to describe itself. `channels` are by the namespace that they describe. */
const described = [
  {
    protocol: v1,
    rest: v1Documents.restDocument('0.0.0') as unknown as Rest,
    events: v1Documents.eventsDocument('0.0.0') as unknown as Events,
    schemes: ['appId', 'bearer', 'deviceId', 'publishableKey'],
    channels: { '/client': 'client', '/admin': 'admin' } as Record<string, string>,
  },
  {
    protocol: hybrid,
    rest: hybridDocuments.restDocument('0.0.0') as unknown as Rest,
    events: hybridDocuments.eventsDocument('0.0.0') as unknown as Events,
    schemes: ['actingUser', 'internalSecret', 'secretKey', 'userToken'],
    channels: { '/': 'hybrid' } as Record<string, string>,
  },
]
const operationsOf = ({ paths }: Rest) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

/** Every `$ref` of a document that leads nowhere. */
function brokenReferences(document: object): string[] {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
    (match) => match[1] ?? '',
  )
  const leads = (reference: string) =>
    reference
      .split('/')
      .reduce<unknown>((node, step) => (node as Record<string, unknown> | undefined)?.[step], document) !==
    undefined
  return references.filter((reference) => !leads(reference))
}

describe.each(described)('The OpenAPI document of $protocol.name', ({ protocol, rest, schemes }) => {
  const operations = operationsOf(rest)

  test('describes exactly the routes that are served', () => {
    const written = operations.map(({ method, path }) => `${method} ${path}`)
    const served = protocol.routes.map(
      ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
    )
    expect(written.toSorted()).toEqual(served.toSorted())
    expect(new Set(served).size).toBe(served.length)
  })

  test('says of every operation what it does, who may, and how it refuses', () => {
    for (const { operation, method, path } of operations) {
      const what = `${method} ${path}`
      expect(operation.summary, what).not.toBe('')
      expect(operation['x-roles'].length, what).toBeGreaterThan(0)
      expect(Object.keys(operation.responses), what).toContain('500')
      expect(
        Object.keys(operation.responses).some((status) => status.startsWith('2')),
        what,
      ).toBe(true)
      expect(operation.security.length > 0, what).toBe(!operation['x-roles'].includes('anyone'))
    }
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('names its security schemes and leads nowhere in vain', () => {
    expect(Object.keys(rest.components.securitySchemes).toSorted()).toEqual(schemes)
    expect(brokenReferences(rest)).toEqual([])
  })
})

test('The document of v1 shows nothing of visitors’ routes that only agents may see', () => {
  const visitor = JSON.stringify(described[0]?.rest.paths['/v1/conversations/{id}'])
  expect(visitor).toContain('Conversation')
  expect(visitor).not.toContain('AdminConversation')
})

describe.each(described)('The AsyncAPI document of $protocol.name', ({ protocol, events, channels }) => {
  test('describes exactly the events that are taken and sent', () => {
    const written = Object.keys(events.operations)
    const real = protocol.faces.flatMap((face) => {
      const channel = channels[face.namespace]
      const pushes = Object.keys(face.pushes).map((name) => `${channel}.push.${name}`)
      return [...face.events.map(({ name }) => `${channel}.${name}`), ...pushes]
    })
    expect(written.toSorted()).toEqual(real.toSorted())
    expect(new Set(real).size).toBe(real.length)
  })

  test('says who may send each event and leads nowhere in vain', () => {
    const taken = Object.entries(events.operations).filter(([, { action }]) => action === 'receive')
    for (const [name, operation] of taken) expect(operation['x-roles']?.length, name).toBeGreaterThan(0)
    expect(brokenReferences(events)).toEqual([])
  })
})

describe('A server', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test.each(described)('serves both documents of $protocol.name to anybody', async (one) => {
    const [openapi, asyncapi] = await Promise.all(
      one.protocol.documents.map(({ path }) => call(server, 'GET', path)),
    )
    expect(openapi?.body).toMatchObject({ openapi: '3.1.0', paths: one.rest.paths })
    expect(asyncapi?.body).toMatchObject({ asyncapi: '3.0.0', operations: one.events.operations })
  })

  test.each(described)('has a route behind everything that $protocol.name describes', async ({ rest }) => {
    for (const { method, path } of operationsOf(rest)) {
      const { body } = await call(server, method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'))
      expect(JSON.stringify(body ?? ''), `${method} ${path}`).not.toContain('There is nothing at')
    }
  })

  test('serves the page with its own script under a policy that lets nothing else in', async () => {
    const page = await fetch(`${server.url}/docs`)
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(html).not.toMatch(/https?:\/\//)
    const script = await fetch(`${server.url}/docs/reference.js`)
    expect(script.headers.get('content-type')).toContain('javascript')
    expect((await script.text()).length).toBeGreaterThan(1_000_000)
  })
})
