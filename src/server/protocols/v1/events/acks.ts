import { z } from 'zod'
import { message } from '../schemas/entities.js'
import { count, time } from '../schemas/scalars.js'

/** Acks of success. `ok` comes first, so that a reader of logs sees it. */
export const ackOf = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.object({ ok: z.literal(true), ...shape })

export const done = ackOf({})
export const withMessage = ackOf({ message })
export const withCount = ackOf({ updated: count.describe('Messages whose status changed') })
export const withTime = ackOf({ server_time: time })

/** What a join gives: the newest messages or what changed since, or that it is too much. */
export const joined = <View extends z.ZodType>(conversation: View) =>
  ackOf({
    conversation,
    messages: z.array(message).optional(),
    has_more: z.boolean().optional(),
    resync_required: z.literal(true).optional().describe('Too much has changed: load afresh'),
  })

export const ok = { ok: true } as const
