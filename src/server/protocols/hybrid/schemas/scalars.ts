import { z } from 'zod'

/** Building blocks of the hybrid wire: camelCase, RFC 3339 UTC times with milliseconds, opaque ids. */
export const id = z.string().min(1).max(64)
/** What the host application calls a user; of an agent the agent's id. */
export const userId = z.string().min(1).max(256)
export const time = z.iso.datetime({ precision: 3 }).describe('RFC 3339, UTC, milliseconds')
export const count = z.number().int().min(0)
export const emoji = z.string().min(1).max(64)
export const free = z.record(z.string(), z.json()).describe('Free JSON, at most 16 KiB')
export const kind = z.enum(['direct', 'group', 'support'])
export const role = z.enum(['owner', 'admin', 'member'])
/** Whether something goes for the caller alone or for everybody. */
export const scope = z.enum(['me', 'everyone'])

/** What every list accepts in its query string. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).optional(),
  cursor: z.string().min(1).max(256).optional().describe('Opaque; taken from nextCursor'),
}

/** A cursor page; null: there is no further one. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() })
