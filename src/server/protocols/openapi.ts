import { STATUS_CODES } from 'node:http'
import { z } from 'zod'
import { errorStatus } from '../core/errors.js'
import { rolesFor } from '../core/permissions.js'
import { type JsonSchema, JsonSchemas } from './json-schemas.js'
import { FileAnswer, type Route } from './route.js'

export interface RestDescription {
  readonly title: string
  readonly version: string
  readonly description: string
  /** Routes by chapter. */
  readonly chapters: Readonly<Record<string, readonly Route[]>>
  /** Schemas that stand once, by name. */
  readonly named: Readonly<Record<string, z.ZodType>>
  readonly refusal: z.ZodType
}

/** An OpenAPI 3.1 document, made from the routes themselves: what is served and what is described are one. */
export function openApi(description: RestDescription): JsonSchema {
  const schemas = new JsonSchemas(description.named)
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const [tag, routes] of Object.entries(description.chapters)) {
    for (const route of routes) {
      const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
      paths[path] = { ...paths[path], [route.method]: operation(route, tag, schemas) }
    }
  }
  const refusal = schemas.of(description.refusal, 'output')
  const { title, version, chapters } = description
  return {
    openapi: '3.1.0',
    info: { title, version, description: description.description },
    tags: Object.keys(chapters).map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.components,
      responses: { Refusal: { description: 'A refusal: nothing was changed', content: json(refusal) } },
      securitySchemes: securitySchemes(Object.values(chapters).flat()),
    },
  }
}

function operation(route: Route, tag: string, schemas: JsonSchemas): JsonSchema {
  return {
    tags: [tag],
    summary: route.summary,
    operationId: operationId(route),
    'x-roles': rolesOf(route),
    security: route.auth === null ? [] : route.auth.security.map(requirement),
    parameters: [...parameters(route.params, 'path', schemas), ...parameters(route.query, 'query', schemas)],
    ...requestBody(route, schemas),
    responses: { ...answers(route, schemas), ...refusals(route) },
  }
}

const operationId = ({ method, path }: Route): string =>
  [method, ...path.split('/').filter(Boolean)].join('_').replaceAll(/[^\w]+/g, '')

/** Who may call: `anyone`, `visitor`, `member`, `host`, or the roles of agents. */
function rolesOf({ auth, action }: Route): readonly string[] {
  if (auth === null) return ['anyone']
  const staff = rolesFor(action ?? 'app.read')
  if (auth.admits === 'staff') return staff
  return auth.admits === 'both' ? ['visitor', ...staff] : [auth.admits]
}

const requirement = (schemes: object): JsonSchema =>
  Object.fromEntries(Object.keys(schemes).map((name) => [name, []]))

const securitySchemes = (routes: readonly Route[]): JsonSchema =>
  Object.assign({}, ...routes.flatMap(({ auth }) => auth?.security ?? []))

function parameters(
  schema: z.ZodType | undefined,
  where: 'path' | 'query',
  schemas: JsonSchemas,
): JsonSchema[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemas.of(schema, 'input') as {
    properties?: Record<string, JsonSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema: property,
  }))
}

function requestBody({ body, upload }: Route, schemas: JsonSchemas): JsonSchema {
  if (upload) {
    const file = { type: 'string', format: 'binary' }
    const schema = { type: 'object', properties: { file }, required: ['file'] }
    return { requestBody: { required: true, content: { 'multipart/form-data': { schema } } } }
  }
  if (body === undefined) return {}
  return { requestBody: { required: !body.safeParse({}).success, content: json(schemas.of(body, 'input')) } }
}

function answers({ responses }: Route, schemas: JsonSchemas): JsonSchema {
  const entries = Object.entries(responses).map(([status, schema]) => {
    const description = STATUS_CODES[status] ?? 'Done'
    if (schema instanceof z.ZodUndefined) return [status, { description }]
    const content = schema instanceof z.ZodCustom ? file : json(schemas.of(schema, 'output'))
    return [status, { description, content }]
  })
  return Object.fromEntries(entries)
}

const file = { '*/*': { schema: { type: 'string', format: 'binary', description: FileAnswer.name } } }
const json = (schema: JsonSchema) => ({ 'application/json': { schema } })

/** The refusals that can happen here, as far as a route shows them. */
function refusals({ auth, params, query, body, upload, pace, method }: Route): JsonSchema {
  const codes: (keyof typeof errorStatus)[] = ['internal', 'unavailable']
  if (params ?? query ?? body ?? upload) codes.push('invalid_request')
  if (auth !== null || pace !== undefined) codes.push('unauthorized')
  if (auth !== null) codes.push('forbidden')
  if (params !== undefined) codes.push('not_found')
  if (method !== 'get') codes.push('conflict')
  if (body ?? upload) codes.push('payload_too_large', 'unsupported_media_type')
  if (auth?.pace ?? pace) codes.push('rate_limited')
  return Object.fromEntries(
    codes.map((code) => [errorStatus[code], { $ref: '#/components/responses/Refusal' }]),
  )
}
