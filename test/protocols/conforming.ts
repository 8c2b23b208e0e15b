import { expect } from 'vitest'
import type { z } from 'zod'
import { hybrid } from '../../src/server/protocols/hybrid/index.js'
import { refusal } from '../../src/server/protocols/hybrid/schemas/entities.js'
import type { Face } from '../../src/server/protocols/protocol.js'
import type { Route } from '../../src/server/protocols/route.js'
import { v1 } from '../../src/server/protocols/v1/index.js'
import { errorBody } from '../../src/server/protocols/v1/schemas/entities.js'
import type { ErrorBody } from '../../src/server/protocols/v1/schemas.js'
import { call } from '../helpers/server.js'
import type { Live } from './live.js'

export interface Answer<Body> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

interface Call {
  readonly as?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A call whose answer is held to what the route declares. */
export async function api<Body>(
  server: { url: string },
  method: string,
  path: string,
  options: Call = {},
): Promise<Answer<Body>> {
  const answer = await call(server, method, path, options)
  expect(answer.headers.get('x-request-id'), `X-Request-Id of ${method} ${path}`).toMatch(/^[\w-]{8,}$/)
  holdToSchema(`${method} ${path} → ${answer.status}`, schemaOf(method, path, answer.status), answer.body)
  return answer as Answer<Body>
}

/** A call that must be refused; gives the refusal. */
export async function refused(
  server: { url: string },
  method: string,
  path: string,
  options: Call = {},
): Promise<ErrorBody['error'] & { status: number; headers: Headers }> {
  const { status, headers, body } = await api<ErrorBody>(server, method, path, options)
  expect(status, `${method} ${path} should have been refused`).toBeGreaterThanOrEqual(400)
  expect(body.error.request_id).toBe(headers.get('x-request-id'))
  return { ...body.error, status, headers }
}

/** What the protocol of a path answers with. */
const wireOf = (path: string) =>
  path.startsWith('/api/') ? { routes: hybrid.routes, refusal } : { routes: v1.routes, refusal: errorBody }

/** The route behind a path with its parameters filled in. */
function routeOf(method: string, path: string): Route | undefined {
  const [bare = ''] = path.split('?')
  const fits = (route: Route) =>
    new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(bare) && !bare.includes('//')
  const found = wireOf(path).routes.filter((route) => route.method === method.toLowerCase() && fits(route))
  return found.find(({ path: exact }) => exact === bare) ?? found[0]
}

function schemaOf(method: string, path: string, status: number): z.ZodType {
  if (status >= 400) return wireOf(path).refusal
  const schema = routeOf(method, path)?.responses[status]
  if (schema === undefined) throw new Error(`${method} ${path} does not declare status ${status}.`)
  return schema
}

/** Fails when a value breaks its schema, and also when it holds a field that the schema does not know. */
function holdToSchema(what: string, schema: z.ZodType, value: unknown): void {
  const result = schema.safeParse(value)
  expect(result.success ? [] : result.error.issues, what).toEqual([])
  if (result.success) expect(value, `${what} has undeclared fields`).toEqual(result.data)
}

/** Everything that this connection was sent conforms to the events that its namespace declares. */
export function holdEventsToSchema(live: Live, namespace: '/client' | '/admin' | '/'): void {
  const faces: readonly Face[] = [...v1.faces, ...hybrid.faces]
  const face = faces.find((candidate) => candidate.namespace === namespace)
  for (const { name, payload } of live.received) {
    const schema = face?.pushes[name]
    if (schema === undefined) throw new Error(`The event ${name} is not declared on ${namespace}.`)
    holdToSchema(name, schema, payload)
  }
}
