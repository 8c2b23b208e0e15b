import type { AttemptResult } from './attempt.js'
import { succeeded } from './attempt.js'
import type { Delivery } from './model.js'

const dayMs = 24 * 3_600_000
const secondMs = 1_000
/** So that receivers that came back are not hit by all at the same moment. */
const spread = 0.2

/** What an attempt makes of its delivery; `gone`: the receiver wants no more of anything. */
export type Verdict = { kind: 'done' } | { kind: 'gone' } | { kind: 'dead' } | { kind: 'again'; at: number }

/** How often it was tried since it was written, or since a person put it back. */
export const triesOf = ({ attempts, attemptsBefore }: Pick<Delivery, 'attempts' | 'attemptsBefore'>) =>
  attempts - attemptsBefore

/** What comes after an attempt. `delivery` is as it was before it. */
export function judge(
  delivery: Delivery,
  result: AttemptResult,
  retryAfter: string | null,
  scheduleMs: readonly number[],
  now: number,
): Verdict {
  if (succeeded(result)) return { kind: 'done' }
  if (result.status === 410) return { kind: 'gone' }
  const wait = scheduleMs[triesOf(delivery) + 1]
  if (wait === undefined) return { kind: 'dead' }
  const asked = retryAfterMs(retryAfter, now)
  return { kind: 'again', at: now + (asked ?? spreadOut(wait)) }
}

const spreadOut = (wait: number) => Math.round(wait * (1 - spread + 2 * spread * Math.random()))

/** What a receiver asks for, in seconds or as a date, from one second to a day; null when it asks for nothing. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null
  const text = header.trim()
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * secondMs : Date.parse(text) - now
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, secondMs), dayMs)
}
