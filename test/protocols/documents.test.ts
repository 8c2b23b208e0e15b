import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventsDocument, restDocument } from '../../src/server/protocols/v1/documents.js'
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

const rest = restDocument('0.0.0') as { paths: Operations; components: { securitySchemes: object } }
const events = eventsDocument('0.0.0') as {
  channels: Record<string, { messages: Record<string, unknown> }>
  operations: Record<string, { action: string; 'x-roles'?: string[] }>
}
const operations = Object.entries(rest.paths).flatMap(([path, methods]) =>
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

describe('The OpenAPI document', () => {
  test('describes exactly the routes that are served', () => {
    const described = operations.map(({ method, path }) => `${method} ${path}`)
    const served = v1.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    expect(described.toSorted()).toEqual(served.toSorted())
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
    expect(Object.keys(rest.components.securitySchemes).toSorted()).toEqual([
      'appId',
      'bearer',
      'deviceId',
      'publishableKey',
    ])
    expect(brokenReferences(rest)).toEqual([])
  })

  test('shows nothing of visitors’ routes that only agents may see', () => {
    const visitor = JSON.stringify(rest.paths['/v1/conversations/{id}'])
    expect(visitor).not.toContain('AdminConversation')
  })
})

describe('The AsyncAPI document', () => {
  test('describes exactly the events that are taken and sent', () => {
    const described = Object.keys(events.operations)
    const real = v1.faces.flatMap((face) => {
      const channel = face.namespace.slice(1)
      const pushes = Object.keys(face.pushes).map((name) => `${channel}.push.${name}`)
      return [...face.events.map(({ name }) => `${channel}.${name}`), ...pushes]
    })
    expect(described.toSorted()).toEqual(real.toSorted())
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

  test('serves both documents to anybody', async () => {
    const [openapi, asyncapi] = await Promise.all([
      call(server, 'GET', '/v1/openapi.json'),
      call(server, 'GET', '/v1/asyncapi.json'),
    ])
    expect(openapi.body).toMatchObject({ openapi: '3.1.0', paths: rest.paths })
    expect(asyncapi.body).toMatchObject({ asyncapi: '3.0.0', operations: events.operations })
  })

  test('has a route behind everything that is described', async () => {
    for (const { method, path } of operations) {
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
