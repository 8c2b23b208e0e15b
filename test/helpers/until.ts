import { setTimeout as delay } from 'node:timers/promises'

/**
 * Waits until `condition` gives something that is neither false nor undefined, and hands it back.
 * Fails with `what` after `deadline` milliseconds (20 s).
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  { deadline = 20_000, every = 5 } = {},
): Promise<Exclude<T, false | undefined>> {
  const end = performance.now() + deadline
  for (;;) {
    const value = await condition()
    if (value !== false && value !== undefined) return value as Exclude<T, false | undefined>
    if (performance.now() > end) throw new Error(`Waited ${deadline} ms in vain: ${what}`)
    await delay(every)
  }
}
