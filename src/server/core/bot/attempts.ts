import { ChatFailure } from '../ports/chat-model.js'
import type { Clock } from '../ports.js'
import type { Patience } from './patience.js'

const firstPauseMs = 500
/** Requests that failed together must not come back together. */
const spread = 0.2

export interface Attempts {
  clock: Clock
  patience: Patience
  atMost: number
  signal: AbortSignal
  /** Told of every failure, for the log. */
  failed(failure: ChatFailure): void
}

/** Tries until it succeeds, the attempts or the patience are used up, or it is pointless. Throws the last failure. */
export async function attempt<Result>(attempts: Attempts, request: () => Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried++) {
    try {
      return await request()
    } catch (error) {
      if (!(error instanceof ChatFailure)) throw error
      attempts.failed(error)
      const pause = error.retryAfterMs ?? pauseAfter(tried)
      const hopeless =
        error.kind === 'refused' || tried >= attempts.atMost || pause >= attempts.patience.leftMs
      if (hopeless) throw error
      await wait(attempts, pause)
    }
  }
}

const pauseAfter = (tried: number): number =>
  firstPauseMs * 2 ** (tried - 1) * (1 - spread + 2 * spread * Math.random())

function wait({ clock, signal }: Attempts, milliseconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(milliseconds, () => {
      signal.removeEventListener('abort', aborted)
      resolve()
    })
    const aborted = () => {
      cancel()
      reject(signal.reason)
    }
    signal.addEventListener('abort', aborted, { once: true })
  })
}
