import { setTimeout as delay } from 'node:timers/promises'

const secondsToAnswer = 5
// A server that is started again by its supervisor is back sooner, and the drill goes on.
const missesUntilGone = 4

/** Whether a server is there, in whatever state. */
export async function answers(url: string): Promise<boolean> {
  const signal = AbortSignal.timeout(secondsToAnswer * 1_000)
  return fetch(`${url}/health`, { signal }).then(
    () => true,
    () => false,
  )
}

/** Rejects when the server has not answered for some seconds; waits for ever otherwise. */
export async function untilGone(url: string, signal: AbortSignal): Promise<never> {
  for (let misses = 0; misses < missesUntilGone; ) {
    await delay(1_000, undefined, { signal })
    misses = (await answers(url)) ? 0 : misses + 1
  }
  throw new Error('the server does not answer any more')
}
