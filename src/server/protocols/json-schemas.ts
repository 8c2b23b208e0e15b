import { z } from 'zod'

export type JsonSchema = Record<string, unknown>

/**
 * Makes JSON Schemas of zod's for one document. What has a name stands once among the components and is
 * referred to; the rest stands where it is used.
 */
export class JsonSchemas {
  readonly components: Record<string, JsonSchema> = {}
  readonly #names = z.registry<{ id: string }>()
  readonly #made = { input: new Map<z.ZodType, JsonSchema>(), output: new Map<z.ZodType, JsonSchema>() }

  constructor(named: Readonly<Record<string, z.ZodType>>) {
    for (const [name, schema] of Object.entries(named)) this.#names.add(schema, { id: capitalised(name) })
  }

  /** `input`: what may be sent here; `output`: what is sent from here. */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const known = this.#made[io].get(schema)
    if (known !== undefined) return known
    const made = this.#make(schema, io)
    this.#made[io].set(schema, made)
    return made
  }

  #make(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const made = z.toJSONSchema(schema, {
      io,
      metadata: this.#names,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => {
        // Later versions may add fields: a client that refuses unknown ones would break.
        if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
      },
    })
    const {
      $schema: _dialect,
      $defs = {},
      ...rest
    } = made as JsonSchema & { $defs?: Record<string, JsonSchema> }
    for (const [name, definition] of Object.entries($defs)) this.components[name] ??= toComponents(definition)
    return toComponents(rest)
  }
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

function toComponents(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema
}
