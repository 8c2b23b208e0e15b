import { z } from 'zod'
import type { SettingMeta } from './values.js'

export const second = 1_000
export const minute = 60 * second
export const day = 24 * 60 * minute
export const MiB = 1024 ** 2

const registry = z.registry<SettingMeta>()

/** A setting with the sentence that shows it to an operator, in `config show` and in the documentation. */
export function setting<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  more?: Omit<SettingMeta, 'description'>,
) {
  registry.add(schema, { description, ...more })
  return schema
}

/** What `setting` said of it; undefined for a schema that did not pass through it. */
export const metaOf = (schema: z.ZodType): SettingMeta | undefined => registry.get(schema)
