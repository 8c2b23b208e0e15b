import type { CoreContext } from '../context.js'
import type { AttemptResult } from '../outbox/attempt.js'
import type { Delivery } from '../outbox/model.js'
import type { Result } from '../outbox/results.js'
import { judge } from '../outbox/schedule.js'
import type { PushAnswer } from '../ports/push-sender.js'
import { collapseKeyOf, type PushPayload } from './payload.js'
import { type Recipient, recipientOf } from './recipient.js'

const [second, minute] = [1_000, 60_000]
const scheduleMs = [0, 5 * second, 5 * minute, 30 * minute]
/** An hour later nobody is helped by hearing of a message. */
const lifeMs = 60 * minute
const keptCharacters = 2_048

/** Sends one push, unless nobody needs it any more. Null: it was broken off and counts as not tried. */
export async function sendPush(
  context: CoreContext,
  delivery: Delivery,
  broken: AbortSignal,
): Promise<Result | null> {
  const { clock, pushSender } = context
  // Only PushNotices writes them.
  const payload = delivery.payload as PushPayload
  const at = clock.now()
  const ttlSeconds = Math.ceil((delivery.createdAt + lifeMs - at) / second)
  if (ttlSeconds <= 0) return ended(delivery, 'dead', at, 'It could not be sent within an hour.')
  const recipient = await recipientOf(context, delivery, payload)
  if (typeof recipient === 'string') return ended(delivery, 'done', at, recipient)
  const began = performance.now()
  const push = { ...payload, collapseKey: collapseKeyOf(payload.conversationId), ttlSeconds }
  const answer = await pushSender.send(recipient.address, push, broken)
  if (answer.outcome !== 'taken' && broken.aborted) return null
  return outcomeOf(context, delivery, recipient, {
    answer,
    result: resultOf(answer, delivery, at, Math.round(performance.now() - began)),
  })
}

interface Attempted {
  answer: PushAnswer
  result: AttemptResult
}

function outcomeOf(
  { clock, measure }: CoreContext,
  delivery: Delivery,
  { device }: Recipient,
  { answer, result }: Attempted,
): Result {
  const tried = { attempts: result.attempt, lastStatus: result.status, lastError: result.error }
  const seconds = result.durationMs / second
  const over = ending(clock.now())
  if (answer.outcome !== 'failed') {
    measure({ name: 'delivery', outcome: 'arrived', seconds })
    const patch = { ...tried, ...over, state: 'done' as const }
    if (answer.outcome === 'taken') return { delivery, attempt: result, patch }
    const { key, pushToken } = device
    return {
      delivery,
      attempt: result,
      patch,
      also: ({ contacts }) => contacts.dropPushToken(key, pushToken),
    }
  }
  const verdict = judge(delivery, { ...result, status: null }, answer.retryAfter, scheduleMs, clock.now())
  const again = verdict.kind === 'again' && verdict.at < delivery.createdAt + lifeMs
  measure({ name: 'delivery', outcome: again ? 'failed' : 'dead', seconds })
  const next = again ? { nextAttemptAt: verdict.at } : { ...over, state: 'dead' as const }
  return { delivery, attempt: result, patch: { ...tried, ...next } }
}

const resultOf = (
  { status, error, body }: PushAnswer,
  { attempts }: Delivery,
  at: number,
  durationMs: number,
): AttemptResult => ({
  attempt: attempts + 1,
  at,
  durationMs,
  status,
  error: cleaned(error),
  responseBody: cleaned(body),
})

/** What a database takes as text. */
const cleaned = (text: string | null): string | null =>
  text?.slice(0, keptCharacters).toWellFormed().replaceAll('\0', '') ?? null

const ended = (delivery: Delivery, state: 'done' | 'dead', endedAt: number, lastError: string): Result => ({
  delivery,
  attempt: null,
  patch: { ...ending(endedAt), state, lastError },
})

/** What was written stays with its message alone. */
const ending = (endedAt: number) => ({ nextAttemptAt: null, endedAt, payload: null })
