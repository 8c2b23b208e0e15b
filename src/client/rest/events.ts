import { backoffDelay } from '../backoff.js'
import { ReplyHqError } from '../errors.js'
import type { EventCalls, EventQuery, FollowOptions } from '../types/outside.js'
import type { ClientClock } from '../types/ports.js'
import type { AgentCalls } from './agent-calls.js'
import { queryString } from './query.js'

// As long as the server allows, so that few requests are made for nothing.
const longestWaitSeconds = 30
const backoff = { first: 250, longest: 15_000 }

export function eventCalls(calls: AgentCalls): EventCalls {
  const page: EventCalls['page'] = ({ types, ...query } = {}, signal) =>
    calls.get(`/v1/admin/events${queryString({ ...query, types: listed(types) })}`, undefined, {
      signal,
      patience: (query.wait ?? 0) * 1_000,
    })
  return { page, follow: (options = {}) => follow(calls.clock, page, options) }
}

const listed = (types: EventQuery['types']) => (types?.length ? types.join(',') : undefined)

async function* follow(
  clock: ClientClock,
  ask: EventCalls['page'],
  options: FollowOptions,
): ReturnType<EventCalls['follow']> {
  const { signal, onTrouble: _, ...query } = options
  try {
    // Asked without waiting: an answer that is lost on its way would take with it the place to begin at.
    let page = await ask(query, signal)
    while (!signal?.aborted) {
      yield page
      const next = { ...query, after: page.cursor, wait: longestWaitSeconds }
      page = await untilAnswered(clock, () => ask(next, signal), options)
    }
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}

/** Asks again, later and later, as long as it may help. */
async function untilAnswered<Answer>(
  clock: ClientClock,
  ask: () => Promise<Answer>,
  { signal, onTrouble }: FollowOptions,
): Promise<Answer> {
  for (let failures = 1; ; failures++) {
    try {
      const answer = await ask()
      if (failures > 1) onTrouble?.(null)
      return answer
    } catch (error) {
      if (signal?.aborted || !(error instanceof ReplyHqError && error.passing)) throw error
      const wish = (error.retryAfterSeconds ?? 0) * 1_000
      const retryIn = Math.max(wish, backoffDelay(backoff, failures, clock))
      onTrouble?.({ error, retryIn })
      await pause(clock, retryIn, signal)
    }
  }
}

/** Waits, or until the signal. */
function pause(clock: ClientClock, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(milliseconds, end)
    signal?.addEventListener('abort', end)
  })
}
