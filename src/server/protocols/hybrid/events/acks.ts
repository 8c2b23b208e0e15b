import { z } from 'zod'
import { message } from '../schemas/entities.js'
import { count, emoji, id, time } from '../schemas/scalars.js'

const ackOf = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.object({ ok: z.literal(true), ...shape })

export const done = ackOf({})
export const withMessage = ackOf({ message })
export const withCount = ackOf({ updated: count.describe('Messages that became read') })
export const withReaction = ackOf({ messageId: id, emoji, totalCount: count })
export const withTime = ackOf({ timestamp: time })
/** As the source has it, without `ok`. */
export const synced = z.object({ messages: z.array(message), hasMore: z.boolean() })

export const ok = { ok: true } as const
