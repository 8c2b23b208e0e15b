import { z } from 'zod'

/** Building blocks of the v1 wire: snake_case, RFC 3339 UTC times with milliseconds, opaque string ids. */
export const id = z.string().min(1).max(64)
export const time = z.iso.datetime({ precision: 3 }).describe('RFC 3339, UTC, milliseconds')
/** A time that a client names: any offset, any precision. */
export const timeInput = z.iso.datetime({ offset: true }).describe('RFC 3339')
export const count = z.number().int().min(0)
export const sequence = z.number().int().min(0)
export const revision = z.number().int().min(0)
export const cursor = z.string().min(1).max(256).describe('Opaque; taken from next_cursor')
export const emoji = z.string().min(1).max(64)
export const metadata = z.record(z.string(), z.json()).describe('Free JSON, at most 16 KiB')

export const platform = z.string().min(1).max(32)
export const priority = z.enum(['high', 'normal', 'low'])
export const conversationStatus = z.enum(['open', 'snoozed', 'closed'])
export const handler = z.enum(['bot', 'queue', 'agent'])
export const role = z.enum(['owner', 'admin', 'agent', 'viewer'])
export const availability = z.enum(['online', 'away', 'offline'])
export const messageType = z.enum(['text', 'image', 'file', 'event'])
export const visibility = z.enum(['public', 'internal'])
export const keyKind = z.enum(['publishable', 'secret'])
export const score = z.number().int().min(1).max(5)

/** A cursor page: `{<plural>: [...], next_cursor}`. */
export const listOf = <Name extends string, Item extends z.ZodType>(name: Name, item: Item) =>
  z.object({ [name]: z.array(item), next_cursor: z.string().nullable() } as Record<Name, z.ZodArray<Item>> & {
    next_cursor: z.ZodNullable<z.ZodString>
  })

/** What every list accepts in its query string. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).optional(),
  cursor: cursor.optional(),
}
