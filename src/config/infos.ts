import { type core, z } from 'zod'
import { secretsSchema, settingsSchema } from './schema.js'
import { metaOf } from './setting.js'
import { formats, type SettingMeta } from './values.js'

/** A setting as an operator sees it. */
export interface SettingInfo extends SettingMeta {
  /** Path in the settings, such as `limits.messageLength`. */
  readonly path: string
  /** Key in a YAML file, such as `limits.message_length`. */
  readonly key: string
  /** Name in the environment without its prefix, such as `LIMITS_MESSAGE_LENGTH`. */
  readonly name: string
  readonly secret: boolean
  readonly defaultValue: unknown
  /** A value of it as a person would write it. */
  readonly format: (value: unknown) => string
}

function describe(shape: core.$ZodShape, secret: boolean, parents: readonly string[] = []): SettingInfo[] {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const steps = [...parents, name]
    if (schema instanceof z.ZodObject) return describe(schema.shape, secret, steps)
    const meta = metaOf(schema as z.ZodType)
    if (meta === undefined) throw new TypeError(`The setting ${steps.join('.')} has no description.`)
    const key = steps.map(toSnakeCase).join('.')
    const defaultValue = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined
    return [
      {
        ...meta,
        path: steps.join('.'),
        key,
        name: toVariableName(key),
        secret,
        defaultValue,
        format: formatOf(schema),
      },
    ]
  })
}

function formatOf(schema: core.$ZodType): SettingInfo['format'] {
  const inner =
    schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? schema.def.innerType : schema
  const measured = formats.get(inner as z.ZodType)
  return (value) =>
    measured !== undefined && typeof value === 'number' ? measured.format(value) : plainText(value)
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return '-'
  return Array.isArray(value) ? value.join(', ') || '-' : String(value)
}

const toSnakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const toVariableName = (key: string) => key.replaceAll('.', '_').toUpperCase()

/** Every setting and secret, in the order in which they are shown. */
export const settingInfos: readonly SettingInfo[] = [
  ...describe(settingsSchema.shape, false),
  ...describe(secretsSchema.shape, true),
]
