/** As much of a JSON Schema as is looked at here. */
export type Schema = Record<string, unknown> & {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  anyOf?: Schema[]
  enum?: unknown[]
  maxLength?: number
}

/** What a text may be that a form does not say. */
const formats: Record<string, string> = { 'date-time': '2090-01-01T00:00:00.000Z', email: 'new@shop.example' }

/** The smallest value that fits a JSON Schema, with only what is required. */
export function sample(schema: Schema): unknown {
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.anyOf !== undefined) return sample(schema.anyOf[0] ?? {})
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, sample(schema.properties?.[name] ?? {})]),
      )
    case 'array':
      return []
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    default:
      return formats[String(schema.format)] ?? 'sample'
  }
}

export interface Mutant {
  readonly what: string
  /** JSON text, because some of it could not be made by `JSON.stringify`. */
  readonly json: string
}

const strange: readonly [string, string][] = [
  ['null', 'null'],
  ['a number', '7'],
  ['a negative number', '-1'],
  ['a fraction', '0.5'],
  ['a huge number', '1e400'],
  ['a text', '"text"'],
  ['an empty text', '""'],
  ['a list', '[1]'],
  ['an object', '{"a":1}'],
  ['true', 'true'],
  ['U+0000', '"a\\u0000b"'],
  ['half a surrogate', '"\\ud800"'],
  ['a text from right to left', '"\\u202egnp.exe"'],
  ['escape sequences', '"\\u001b[31m"'],
  ['markup', '"<img src=x onerror=alert(1)>"'],
  ['an operator of a query language', '{"$gt":""}'],
  ['a prototype', '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}'],
]

/** Inputs that are wrong or strange in one place each. */
export function mutants(schema: Schema): Mutant[] {
  const base = sample(schema)
  if (typeof base !== 'object' || base === null) return []
  const withField = (name: string, json: string) =>
    JSON.stringify({ ...base, [name]: '@@' }).replace('"@@"', () => json)
  const fields = Object.entries(schema.properties ?? {})
  const inFields = fields.flatMap(([name, property]) => [
    ...strange.map(([what, json]) => ({ what: `${name} is ${what}`, json: withField(name, json) })),
    {
      what: `${name} is too long`,
      json: withField(name, `"${'x'.repeat((property.maxLength ?? 100_000) + 1)}"`),
    },
  ])
  const missing = (schema.required ?? []).map((name) => ({
    what: `${name} is missing`,
    json: JSON.stringify({ ...base, [name]: undefined }),
  }))
  const deep = `${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}`
  return [
    ...inFields,
    ...missing,
    { what: 'an unknown field', json: withField('unknown', '"x"') },
    { what: 'a field nested too deep', json: withField('unknown', deep) },
    { what: 'metadata nested too deep', json: withField('metadata', deep) },
    { what: '__proto__', json: withField('__proto__', '{"role":"owner"}') },
  ]
}
