import { setTimeout as delay } from 'node:timers/promises'

/** What is there: nothing that says "not yet". */
export type Present<Value> = Exclude<Value, false | null | undefined>

/**
 * Waits until `condition` gives something that is neither false nor null nor undefined, and hands it back.
 * Fails with `what` after `deadline` milliseconds (20 s).
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  { deadline = 20_000, every = 5 } = {},
): Promise<Present<T>> {
  const end = performance.now() + deadline
  for (;;) {
    const value = await condition()
    if (isPresent(value)) return value
    if (performance.now() > end) throw new Error(`Waited ${deadline} ms in vain: ${what}`)
    await delay(every)
  }
}

export const isPresent = <Value>(value: Value): value is Present<Value> =>
  value !== false && value !== null && value !== undefined
