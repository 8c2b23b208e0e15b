import { z } from 'zod'
import { message } from '../schemas.js'

const ackOf = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.object({ ok: z.literal(true), ...shape })

export const done = ackOf({})
export const withSession = ackOf({ sessionId: z.string() })
export const withMessage = ackOf({ message })

export const ok = { ok: true } as const
