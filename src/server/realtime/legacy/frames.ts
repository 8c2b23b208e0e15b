import { z } from 'zod'

/** What an older client sends: an event by its name. With an id it is told the answer. */
const frame = z.object({
  type: z.string().min(1).max(64),
  payload: z.unknown().optional(),
  id: z.union([z.string().max(64), z.number()]).optional(),
})
export type Frame = z.output<typeof frame>

// What Socket.IO keeps for itself: its client would throw.
const reserved: ReadonlySet<string> = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
])

/** Null for what is no frame. */
export function parseFrame(text: string): Frame | null {
  try {
    const parsed = frame.safeParse(JSON.parse(text))
    return parsed.success && !reserved.has(parsed.data.type) ? parsed.data : null
  } catch {
    return null
  }
}

export const eventFrame = (type: string, payload: unknown): string => JSON.stringify({ type, payload })

export const ackFrame = (id: string | number, payload: unknown): string =>
  JSON.stringify({ type: 'ack', id, payload })

/** A refusal in the words of the protocol's own `error` event. */
export const errorFrame = (code: string, message: string): string =>
  eventFrame('error', { code, message, event: null })
